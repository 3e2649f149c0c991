// Apps while they are served (buttons.md 5.7): static ones are built and their folder is read,
// dynamic ones are built and run, each on a port of its own. An app whose spec has changed is made
// ready anew; a program that has ended is started again for the next caller.

import { readButton } from '#core/button/read.ts'
import { slug } from '#core/name/slug.ts'
import { guard } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { Button, ServeDef } from '#spec/button.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'
import { buildApp } from './build.ts'
import { type Program, startProgram } from './program.ts'

export interface HostedApps {
  /**
   * An app, ready to be asked. Throws NOT_FOUND, VALIDATION_ERROR for a spec that cannot be served,
   * SCRIPT_ERROR when it cannot be built or started, TIMEOUT.
   */
  open(name: string): Promise<HostedApp>
  /** Ends every program. */
  close(): Promise<void>
}

export type HostedApp =
  /** `directory`: absolute, links resolved. */
  { kind: 'static'; directory: string } | { kind: 'dynamic'; port: number }

export interface HostedContext {
  host: Host
  store: Store
  /** What builds and programs print, line by line. */
  onLine(app: string, line: string): void
}

/** What the parts of one set of apps share. */
export interface AppContext extends HostedContext {
  /** Aborts when the apps are closed: whatever is being built or started then ends. */
  closed: AbortSignal
}

interface Entry {
  /** Differs when the spec does. */
  mark: string
  app: Promise<HostedApp>
  program?: Program
}

export function openHostedApps(given: HostedContext): HostedApps {
  const closing = new AbortController()
  const context: AppContext = { ...given, closed: closing.signal }
  const entries = new Map<string, Entry>()
  const start = (name: string, mark: string): Entry => {
    const entry: Entry = { mark, app: Promise.reject(new Error('not begun')) }
    entry.app.catch(() => {})
    entry.app = makeReady(name, entry, context)
    // What went wrong is told to whoever waits, and tried again for the next.
    entry.app.catch(() => {
      if (entries.get(name) === entry) entries.delete(name)
    })
    entries.set(name, entry)
    return entry
  }
  return {
    open: async (typed) => {
      const name = slug(typed)
      const mark = markOf(name, typed, context)
      const known = entries.get(name)
      if (known && known.mark === mark && known.program?.running !== false) return known.app
      await known?.program?.stop()
      return (entries.get(name) === known ? start(name, mark) : entries.get(name)!).app
    },
    close: async () => {
      closing.abort()
      await Promise.all([...entries.values()].map(endEntry))
      entries.clear()
    },
  }
}

async function endEntry(entry: Entry): Promise<void> {
  await entry.app.catch(() => {})
  await entry.program?.stop()
}

async function makeReady(name: string, entry: Entry, context: AppContext): Promise<HostedApp> {
  const { directory, serve } = readApp(name, context)
  if (serve.build) await buildApp(name, serve.build, directory, context)
  if (serve.type === 'static')
    return { kind: 'static', directory: outputOf(name, directory, serve, context) }
  entry.program = await startProgram(name, serve, directory, context)
  return { kind: 'dynamic', port: entry.program.port }
}

function directoryOf(name: string, { store }: HostedContext): string {
  return `${store.place.dataDirectory}/apps/${name}`
}

function markOf(name: string, typed: string, context: HostedContext): string {
  const path = `${directoryOf(name, context)}/button.json`
  const stat =
    name === '' ? undefined : guard(`Cannot read "${path}"`, () => context.host.files.stat(path))
  if (!stat) throw fail('NOT_FOUND', `Cannot serve "${typed}": no such app`)
  return `${stat.inode}:${stat.size}:${stat.mtimeNs}`
}

function readApp(name: string, context: HostedContext): { directory: string; serve: ServeDef } {
  const directory = directoryOf(name, context)
  const path = `${directory}/button.json`
  const text = guard(`Cannot read "${path}"`, () => context.host.files.findText(path)) ?? ''
  const read = readButton(text, name)
  if (!read.ok) throw fail('VALIDATION_ERROR', `Cannot serve "${name}": ${read.why}`)
  return { directory, serve: checkServe(name, read.value) }
}

function checkServe(name: string, { kind, serve }: Button): ServeDef {
  const refuse = (why: string) => fail('VALIDATION_ERROR', `Cannot serve "${name}": ${why}`)
  if (kind !== 'app' || !serve) throw refuse('it is no app')
  if (serve.type !== 'static' && serve.type !== 'dynamic')
    throw refuse(`serve.type must be static or dynamic, got "${serve.type}"`)
  if (serve.type === 'dynamic' && !serve.run) throw refuse('serve.run says nothing')
  const { port = 0 } = serve
  if (port < 0 || port > 65_535) throw refuse(`serve.port must be a port, got ${port}`)
  return serve
}

const defaultOutput = 'dist'

// A link must not lead out of the app: what lies elsewhere was never meant to be shown.
function outputOf(
  name: string,
  directory: string,
  { output }: ServeDef,
  { host }: HostedContext,
): string {
  const folder = output || defaultOutput
  const root = host.files.resolveLinks(directory)
  const path = host.files.resolveLinks(`${directory}/${folder}`)
  const what = `Cannot serve "${name}": its output folder "${folder}"`
  if (root === undefined || path === undefined)
    throw fail('VALIDATION_ERROR', `${what} is not there`)
  if (path !== root && !path.startsWith(`${root}/`))
    throw fail('VALIDATION_ERROR', `${what} lies outside the app`)
  return path
}
