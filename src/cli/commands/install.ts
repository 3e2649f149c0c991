// `buttons install`: installs what buttons.json wants, as the lock has it; or every package that
// carries a tag.

import { fail } from '#spec/errors.ts'
import { type Call, defineCommand } from '../command.ts'
import { tellInstalled } from '../packages/installed.ts'
import { installOptions, sheetArgs } from '../packages/sheet.ts'
import { asCode } from '../packages/trouble.ts'

const args = {
  tag: {
    type: 'positional',
    required: false,
    valueHint: 'tag:NAME',
    description: 'Add and install every package with this tag',
  },
  ...sheetArgs,
} as const

export const command = defineCommand({
  failurePrefix: '',
  args,
  examples: ['install', 'install tag:ops'],
  run: (call) =>
    asCode('INSTALL_ERROR', async () => {
      const tag = readTag(call.args.tag)
      if (call.summary) return call.out.plan('install', tag === undefined ? {} : { tag })
      const installed = await install(tag, call)
      if (!installed) return
      call.out.answer(installed, (people) => {
        tellInstalled(installed, people)
        people.next('buttons list')
      })
    }),
})

function readTag(word: string | undefined): string | undefined {
  if (word === undefined) return undefined
  const tag = word.startsWith('tag:') ? word.slice('tag:'.length) : ''
  if (tag !== '') return tag
  throw fail(
    'INSTALL_ERROR',
    `Cannot install "${word}": only what buttons.json wants, or tag:NAME`,
    {
      hint: `buttons add ${word} adds a package, buttons install installs all`,
    },
  )
}

async function install(tag: string | undefined, call: Call<typeof args>) {
  const packages = await call.app.packages(call.out.warn, call.stop())
  const options = installOptions(call.args, call)
  return tag === undefined ? packages.install(options) : packages.installTag(tag, options)
}
