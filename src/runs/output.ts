// What a run prints: of a detached one as it comes, of any other once it is over.

import { limits } from '#spec/limits.ts'
import type { StreamName } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { FileReader } from '#host/host.ts'
import type { ActiveRun } from '#store/store.ts'
import { getRun } from './find.ts'
import { readOutcome } from './outcome.ts'
import type { Rooms } from './rooms.ts'

export interface OutputRequest {
  runId: string
  /** Go on until the run is over or this aborts. */
  until?: AbortSignal
}

type Write = (stream: StreamName, bytes: Uint8Array) => void
type Look = Pick<Rooms, 'host' | 'store'>

/** Throws NOT_FOUND. */
export async function showOutput(
  { runId, until }: OutputRequest,
  write: Write,
  rooms: Look,
): Promise<void> {
  const found = await getRun(runId, 'show the output of', rooms)
  if (found.state === 'active') {
    const readers = openReaders(found.active, rooms)
    if (readers) return follow(runId, readers, until, write, rooms)
    if (!until || !(await hasEnded(runId, until, rooms))) return
  }
  await printRecord(runId, write, rooms)
}

const streams = ['stdout', 'stderr'] as const

type Readers = Record<StreamName, FileReader>

// Open files can be read to their end also when the run has ended and taken them away.
function openReaders({ directory }: ActiveRun, { host }: Look): Readers | undefined {
  const stdout = host.files.openReader(`${directory}/stdout`)
  const stderr = host.files.openReader(`${directory}/stderr`)
  return stdout && stderr && { stdout, stderr }
}

async function follow(
  runId: string,
  readers: Readers,
  until: AbortSignal | undefined,
  write: Write,
  rooms: Look,
): Promise<void> {
  try {
    for (;;) {
      // Looked for before the rest is read: what was printed before the end is then read too.
      const over = !until || until.aborted || !(await isHeld(runId, rooms))
      for (const stream of streams) drain(readers[stream], (bytes) => write(stream, bytes))
      if (over) return
      await rooms.host.clock.sleep(limits.followPauseMs, until)
    }
  } finally {
    for (const stream of streams) readers[stream].close()
  }
}

function drain(reader: FileReader, write: (bytes: Uint8Array) => void): void {
  for (let bytes = reader.read(); bytes.length > 0; bytes = reader.read()) write(bytes)
}

async function isHeld(runId: string, { store }: Look): Promise<boolean> {
  const watch = await store.active.watch(runId)
  const held = watch?.isHeld() === true
  watch?.close()
  return held
}

async function hasEnded(runId: string, until: AbortSignal, { store }: Look): Promise<boolean> {
  const watch = await store.active.watch(runId)
  if (!watch) return true
  try {
    await watch.wait(until)
    return !until.aborted
  } finally {
    watch.close()
  }
}

async function printRecord(runId: string, write: Write, rooms: Look): Promise<void> {
  const stored = await rooms.store.runs.find(runId)
  if (!stored || stored.kind === 'drawer') return
  const { data } = await readOutcome(stored, rooms)
  const result = data as PressResult | undefined
  for (const stream of streams) {
    const text = result?.[stream] ?? (stream === 'stderr' ? stored.run.stderr : '')
    if (text !== '') write(stream, new TextEncoder().encode(text))
  }
}
