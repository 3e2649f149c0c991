// Times as they stand in records and file names: RFC 3339 in UTC.

/** `2026-05-02T09:00:00.000Z` */
export function formatTime(epochMs: number): string {
  const [wholeMs, second] = [Math.trunc(epochMs), Math.floor(Math.trunc(epochMs) / 1000)]
  if (second !== lastSecond) {
    lastText = new Date(wholeMs).toISOString().slice(0, -4)
    lastSecond = second
  }
  return `${lastText}${String(wholeMs - second * 1000).padStart(3, '0')}Z`
}

// A host formats a dozen times per press, nearly all of them in the second of the one before.
let lastSecond = Number.NaN
let lastText = ''

/** The whole second: `2026-05-02T09:00:00Z` */
export function formatSecond(epochMs: number): string {
  return `${formatTime(epochMs).slice(0, 19)}Z`
}

/** The stem of a record's file name: `2026-05-02T09-00-00Z` */
export function formatStem(epochMs: number): string {
  return formatSecond(epochMs).replaceAll(':', '-')
}

/** How long ago, in one unit: `12s`, `3m`, `5h`, `2d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/**
 * Epoch milliseconds of an RFC 3339 text with 0 to 9 fractional digits and `Z` or an offset, or
 * undefined when it is not one. Digits below the millisecond are dropped.
 */
export function findTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (match === null) return undefined
  const fraction = (match[2] ?? '.').slice(1, 4).padEnd(3, '0')
  // Date.parse rolls 30 February over into March; such a day comes out as another text.
  const wall = Date.parse(`${match[1]}.${fraction}Z`)
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(match[1]!)) return undefined
  const epochMs = Date.parse(`${match[1]}.${fraction}${match[3]}`)
  return Number.isNaN(epochMs) ? undefined : epochMs
}
