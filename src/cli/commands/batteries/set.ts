// `buttons batteries set KEY VALUE`: stores a secret, from the command line or from stdin (D66).
// The value is never printed.

import { checkBatteryKey } from '#core/battery/key.ts'
import { chooseScope } from '#core/battery/scope.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { App } from '../../../app.ts'
import { defineCommand } from '../../command.ts'
import type { Output } from '../../printer.ts'
import { asValidation } from '../../trouble.ts'
import { scopeArgs } from './scope.ts'

export const command = defineCommand({
  failurePrefix: 'batteries: ',
  args: {
    key: { type: 'positional', description: 'Upper-case name, like API_KEY' },
    value: { type: 'positional', required: false, description: 'The secret' },
    stdin: { type: 'boolean', description: 'Read the secret from standard input' },
    ...scopeArgs,
  },
  examples: [
    'batteries set API_KEY secret',
    'batteries set API_KEY --stdin < key.txt',
    'batteries set API_KEY --global -- -starts-with-a-dash',
  ],
  run: ({ args, app, out, summary }) =>
    asValidation(async () => {
      checkBatteryKey(args.key)
      const { batteries } = await app.store()
      const scope = chooseScope(args, batteries.hasLocal)
      const value = await readValue(args, app)
      checkValue(args.key, value)
      if (summary) return out.plan('batteries set', { key: args.key, scope })
      await batteries.set(args.key, value, scope)
      const gitignore = scope === 'local' ? await protect(app, out) : undefined
      out.answer({ key: args.key, scope, ...(gitignore && { gitignore }) }, (people) => {
        people.note(`✓ Set ${args.key} (${scope})`)
        if (gitignore) people.note(gitignore)
        people.next('buttons batteries list')
      })
    }),
})

async function readValue(
  args: { key: string; value: string | undefined; stdin: boolean },
  app: App,
): Promise<string> {
  const refuse = (why: string) =>
    fail('VALIDATION_ERROR', `Cannot set "${args.key}": ${why}`, {
      hint: 'Give the value as second word or with --stdin',
    })
  if (args.stdin && args.value !== undefined) throw refuse('both a value and --stdin were given')
  if (args.stdin) return decode(args.key, await readStdin(args.key, app))
  if (args.value === undefined) throw refuse('there is no value')
  return args.value
}

async function readStdin(key: string, app: App): Promise<Uint8Array> {
  try {
    return await app.host.terminal.readAll(limits.batteryValueBytes + 2)
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'EFBIG') throw cause
    throw tooLong(key)
  }
}

// Files and `echo` end with a newline that is not part of the secret: one is dropped.
function decode(key: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(bytes)
      .replace(/\r?\n$/, '')
  } catch {
    throw fail('VALIDATION_ERROR', `Cannot set "${key}": standard input is not UTF-8`)
  }
}

// What no environment can hold would make every later press fail.
function checkValue(key: string, value: string): void {
  if (value.includes('\0'))
    throw fail('VALIDATION_ERROR', `Cannot set "${key}": the value holds a NUL character`)
  if (new TextEncoder().encode(value).length > limits.batteryValueBytes) throw tooLong(key)
}

function tooLong(key: string) {
  return fail(
    'VALIDATION_ERROR',
    `Cannot set "${key}": the value is longer than ${limits.batteryValueBytes} bytes`,
    { hint: 'Store a file and set its path' },
  )
}

// The secret is stored by now: that git might see it is worth a warning, not a failure.
async function protect(app: App, out: Output): Promise<string | undefined> {
  try {
    const added = await (await app.ignoring()).protect('batteries.json')
    return added ? 'Added batteries.json to .buttons/.gitignore' : undefined
  } catch (error) {
    out.warn(`Cannot keep batteries.json out of git: ${(error as Error).message}`)
    return undefined
  }
}
