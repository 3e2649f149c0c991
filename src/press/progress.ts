// What code buttons report while they run (buttons.md 11): the lines of a progress file, as they
// are, and as they come.

import { suggest } from '#core/text/suggest.ts'
import { slug } from '#core/name/slug.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'

export interface TailRequest {
  /** A button, or the path of a file: with a slash in it, or ending in `.jsonl`. */
  target: string
  /** Follow the file until this aborts or the press of the file has been recorded. */
  until?: AbortSignal
}

interface Rooms {
  host: Host
  store: Store
}

/** Prints the bytes of a progress file. Throws NOT_FOUND when there is none. */
export async function tail({ target, until }: TailRequest, { host, store }: Rooms): Promise<void> {
  const path = isPath(target) ? existingPath(target, host) : await newestFile(target, store)
  let offset = 0
  for (;;) {
    // Looked for before the rest is read: what was appended before the record is then read too.
    const over = !until || until.aborted || hasEnded(path, host)
    offset = drain(path, offset, host)
    if (over || host.terminal.stdoutGone) return
    await host.clock.sleep(limits.followPauseMs, until)
  }
}

function isPath(target: string): boolean {
  return /[/\\]/.test(target) || target.endsWith('.jsonl')
}

function existingPath(target: string, host: Host): string {
  const path = target.startsWith('/') ? target : `${host.cwd}/${target}`
  const kind = host.files.stat(path)?.kind
  if (kind === undefined) throw fail('NOT_FOUND', `Cannot tail "${target}": no such file`)
  if (kind === 'directory')
    throw fail('VALIDATION_ERROR', `Cannot tail "${target}": it is a directory`)
  // What is read from an offset must have one: pipes and sockets do not.
  if (kind !== 'file')
    throw fail('VALIDATION_ERROR', `Cannot tail "${target}": it is no plain file`)
  return path
}

async function newestFile(target: string, store: Store): Promise<string> {
  const name = slug(target)
  const known = name !== '' && (await store.buttons.find(name)) !== undefined
  const path = known && (await store.runs.findProgress({ kind: 'button', name }))
  if (path) return path
  if (known)
    throw fail('NOT_FOUND', `Cannot tail "${target}": it has no progress file yet`, {
      hint: 'Code buttons get one with every press',
    })
  const near = suggest(name, await store.buttons.names())
  throw fail('NOT_FOUND', `Cannot tail "${target}": no such button`, {
    hint: near ? `Did you mean "${near}"?` : 'buttons list shows all buttons',
  })
}

const progressEnd = '.progress.jsonl'

// The record of the press lies beside the file once the press is over (D53). A file of another
// name belongs to no press and goes on for ever; one that is gone has nothing more to say.
function hasEnded(path: string, host: Host): boolean {
  if (!host.files.stat(path)) return true
  if (!path.endsWith(progressEnd)) return false
  return host.files.stat(`${path.slice(0, -progressEnd.length)}.json`) !== undefined
}

const partBytes = 65_536

/** Prints what stands after `offset`; the offset of its end. */
function drain(path: string, offset: number, { files, terminal }: Host): number {
  let end = offset
  while (!terminal.stdoutGone) {
    const part = files.findPart(path, end, partBytes)
    if (!part || part.length === 0) break
    terminal.write(part)
    end += part.length
  }
  return end
}
