// `buttons __update`: updates that nobody asked for, in a process of their own.

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {},
  run: async ({ app }) => {
    const packages = await app.packages(() => {})
    await packages.updatePassively()
  },
})
