// `buttons create NAME --app SOURCE`: the form of create that makes a folder to be served.

import { fail } from '#spec/errors.ts'
import type { Call } from '../command.ts'
import { globalArgs } from '../flags.ts'
import type { CreateArgs } from './create.ts'

type AppCall = Pick<Call, 'app' | 'out' | 'summary' | 'stop'> & { args: CreateArgs }

export async function createApp({ args, app, out, summary, stop }: AppCall): Promise<void> {
  refuseOthers(args)
  const workspace = await app.workspace(out.warn)
  const request = {
    name: args.name,
    source: args.app!,
    ...(args.description && { description: args.description }),
  }
  if (summary) return out.plan('create', await workspace.planApp(request))
  const { file, directory } = await workspace.createApp({ ...request, signal: stop() })
  out.answer({ ...file, app_dir: directory }, (people) => {
    people.note(`✓ Created app "${String(file['name'])}"`)
    people.note(`  Folder: ${directory}`)
    people.next(`buttons serve ${String(file['name'])}`)
  })
}

const allowed: ReadonlySet<string> = new Set([
  'name',
  'app',
  'description',
  ...Object.keys(globalArgs),
])

/** Flags that would do nothing are a mistake (cli.md 17.13). */
function refuseOthers(args: CreateArgs): void {
  const other = Object.entries(args).find(([name, value]) => !allowed.has(name) && isGiven(value))
  if (!other) return
  throw fail(
    'VALIDATION_ERROR',
    `Cannot create "${args.name}": --app does not go with --${other[0]}`,
    {
      hint: 'Only --description goes with --app',
    },
  )
}

/** Lists and switches are there when nobody gave them. */
function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== undefined && value !== false && value !== ''
}
