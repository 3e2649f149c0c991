// The lines of a journal: a checksum, a number, an event. A line counts when it is whole and follows
// the one before it; lines at the end that are not were being written when everything stopped.

import { eventTypes, type RunEvent } from '#spec/drawerEvents.ts'

/** What stands in a line: the event itself, or for long ones the name of the file that holds it. */
export type Entry = RunEvent | Aside

export interface Aside {
  type: 'aside'
  /** Beside the journal. */
  file: string
  checksum: string
}

/** The line of an entry; `number` counts from 0. */
export function formatEntry(number: number, json: string): string {
  const body = `${number} ${json}`
  return `${checksum(body)} ${body}\n`
}

/** 8 hex digits: CRC-32 of the text in UTF-8. */
export function checksum(text: string): string {
  return Bun.hash.crc32(text).toString(16).padStart(8, '0')
}

export type Entries =
  /** `bytes`: how long the whole lines are together. */
  | { ok: true; events: RunEvent[]; bytes: number }
  /** `line`: the first that is damaged, counted from 1. */
  | { ok: false; line: number; why: string }

/** The events in a journal; `readAside` gives the text of a file beside it. */
export function parseEntries(
  content: Uint8Array,
  readAside: (file: string) => string | undefined,
): Entries {
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content).split('\n')
  // What stands behind the last newline is no whole line.
  lines.pop()
  const events: RunEvent[] = []
  for (const line of lines) {
    const event = findEvent(line, events.length, readAside)
    if (!event) break
    if (!Object.hasOwn(eventTypes, event.type))
      return { ok: false, line: events.length + 1, why: `"${event.type}" is no event known here` }
    events.push(event)
  }
  const line = events.length + 1
  const [first, ...later] = lines.slice(events.length).map(findBody)
  if (first !== undefined && numberOf(first) !== events.length)
    return { ok: false, line, why: 'something before it is missing' }
  if (later.some((body) => body !== undefined)) return { ok: false, line, why: 'it is damaged' }
  return { ok: true, events, bytes: lengthOf(content, events.length) }
}

function findEvent(
  line: string,
  number: number,
  readAside: (file: string) => string | undefined,
): RunEvent | undefined {
  const body = findBody(line)
  if (body === undefined || numberOf(body) !== number) return undefined
  const entry = JSON.parse(body.slice(body.indexOf(' ') + 1)) as Entry
  if (entry.type !== 'aside') return entry
  const text = readAside(entry.file)
  if (text === undefined || checksum(text) !== entry.checksum) return undefined
  return JSON.parse(text) as RunEvent
}

/** Number and event of a whole line. */
function findBody(line: string): string | undefined {
  const body = line.slice(9)
  return line[8] === ' ' && checksum(body) === line.slice(0, 8) ? body : undefined
}

function numberOf(body: string): number {
  return Number(body.slice(0, body.indexOf(' ')))
}

/** How many bytes so many lines are. */
function lengthOf(content: Uint8Array, lines: number): number {
  let at = 0
  for (let line = 0; line < lines; line++) at = content.indexOf(newline, at) + 1
  return at
}

const newline = 0x0a
