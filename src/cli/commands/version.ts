// `buttons version`: what was built, when, from what, for which machine.

import { build } from '#spec/build.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['version', 'version --json'],
  run: async ({ app, out }) => {
    const { os, arch, runtime } = app.host.platform
    // The key keeps the name older readers know; it holds the toolchain, whichever it is.
    const data = { ...build, go_version: runtime, os, arch }
    out.answer(data, (people) => {
      people.note(`buttons ${build.version} (${build.commit}, ${build.date}) ${os}/${arch}`)
    })
  },
})
