// The journal of a run in progress: a file in the run's folder that only grows, and goes with it.

import { guard, storageError } from '#core/text/storage.ts'
import { findRunId } from '#core/run/id.ts'
import { fail } from '#spec/errors.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { Journal, JournalStore, Kept } from '../../journal.ts'
import { activeFolder, runDirectory } from '../active/hold.ts'
import { type Aside, checksum, type Entries, formatEntry, parseEntries } from './entries.ts'
import { grouped } from './group.ts'

export function openJournals(host: Host, dataDirectory: string): JournalStore {
  return {
    open: async ({ directory }, durability) =>
      openJournal({ host, dataDirectory, directory }, durability),
    read: async (runId) => {
      if (findRunId(runId) === undefined) return undefined
      const directory = runDirectory(activeFolder(dataDirectory), runId)
      return readJournal({ host, dataDirectory, directory })?.events
    },
  }
}

interface Site {
  host: Host
  dataDirectory: string
  /** Of the run. */
  directory: string
}

function pathOf({ directory }: Site): string {
  return `${directory}/journal`
}

function readJournal(site: Site): Whole | undefined {
  const path = pathOf(site)
  const { files } = site.host
  const content = guard(`Cannot read "${path}"`, () => files.find(path, limits.journalBytes))
  if (!content) return undefined
  const read = parseEntries(content, (name) => {
    const bytes = files.find(`${site.directory}/${name}`, limits.journalBytes)
    return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  })
  if (read.ok) return { ...read, content }
  throw fail('STORAGE_ERROR', `Cannot read "${path}": line ${read.line}: ${read.why}`, {
    hint: 'What the run has done cannot be told any more: cancel it, and press anew',
  })
}

type Whole = Extract<Entries, { ok: true }> & { content: Uint8Array }

function openJournal(site: Site, durability: Kept): Journal {
  const path = pathOf(site)
  const { files } = site.host
  const what = `Cannot write "${path}"`
  const before = readJournal(site)
  // Nothing may stand behind a line that was cut short: it would be taken for damage.
  if (before && before.bytes < before.content.length)
    guard(what, () => files.replace(path, before.content.subarray(0, before.bytes), 0o600))
  else if (!before) guard(what, () => files.makeDirectory(site.directory, 0o700))
  let length = before?.events.length ?? 0
  const writer = guard(what, () => files.openWriter(path, 0o600))
  /** The file beside the journal that holds the event, if it is a long one. */
  const write = (event: RunEvent): string | undefined =>
    guard(what, () => {
      const json = JSON.stringify(event)
      const aside =
        json.length > limits.journalEntryBytes ? writeAside(json, length, site) : undefined
      const entry = aside ? JSON.stringify(aside) : json
      writer.append(formatEntry(length, entry))
      length++
      return aside && `${site.directory}/${aside.file}`
    })
  const disk = durability === 'disk' ? openDisk(site, what) : undefined
  return {
    get length() {
      return length
    },
    append: (event) => {
      const aside = write(event)
      return disk?.flush(event, aside)
    },
    handOver: async (recordFile) => disk?.flushRecord(recordFile),
    close: writer.close,
  }
}

// A long event as a line would be read again and again while lines are told apart.
function writeAside(json: string, number: number, { host, directory }: Site): Aside {
  const aside: Aside = { type: 'aside', file: `journal-${number}`, checksum: checksum(json) }
  const path = `${directory}/${aside.file}`
  // Left by a process that was killed before it had written the line.
  host.files.remove(path)
  host.files.create(path, json, 0o600)
  return aside
}

/** Flushing for runs that are to survive the machine: once for all steps that end together. */
function openDisk(site: Site, what: string) {
  const { dataDirectory, directory } = site
  const { files } = site.host
  const asides = new Set<string>()
  const flushLines = grouped(async () => {
    const paths = [...asides, pathOf(site)]
    asides.clear()
    for (const path of paths) await files.flush(path)
  })
  // The run itself must be found again: its file, its folder, and their names.
  const flushRun = async () => {
    await flushLines()
    await files.flush(directory.slice(0, -'.d'.length))
    for (const folder of [directory, activeFolder(dataDirectory), dataDirectory])
      files.syncDirectory(folder)
  }
  const attempt = async (act: () => Promise<void>) => {
    try {
      await act()
    } catch (error) {
      throw storageError(what, error)
    }
  }
  return {
    flush: (event: RunEvent, aside: string | undefined): Promise<void> | undefined => {
      if (aside !== undefined) asides.add(aside)
      if (event.type === 'step.finished') return attempt(flushLines)
      return event.type === 'run.started' && event.key === '' ? attempt(flushRun) : undefined
    },
    flushRecord: (recordFile: string) =>
      attempt(async () => {
        const record = `${dataDirectory}/${recordFile}`
        await files.flush(record)
        files.syncDirectory(record.slice(0, record.lastIndexOf('/')))
      }),
  }
}
