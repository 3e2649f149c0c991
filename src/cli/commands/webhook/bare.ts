// `buttons webhook` alone is `buttons webhook status`.

import { defineCommand } from '../../command.ts'
import { command as status } from './status.ts'

export const command = defineCommand({ ...status, args: {}, examples: ['webhook'] })
