// How far the clocks of a time zone are ahead of UTC, through Intl (loaded only when asked).

const formatters = new Map<string, Intl.DateTimeFormat>()
const mostFormatters = 32

/**
 * Milliseconds a zone of the IANA database is ahead of UTC at an instant; an undefined zone is the
 * one of the process. Throws RangeError for a zone nobody knows.
 */
export function zoneOffsetMs(zone: string | undefined, epochMs: number): number {
  const parts: Record<string, string> = {}
  for (const { type, value } of formatterOf(zone).formatToParts(epochMs)) parts[type] = value
  // Intl writes the year before 1 as "1 BC".
  const year = parts['era']?.startsWith('B') ? 1 - Number(parts['year']) : Number(parts['year'])
  const local = new Date(0)
  local.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']))
  local.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']))
  return local.getTime() - Math.floor(epochMs / 1000) * 1000
}

/** Whether a name is a zone of the IANA database. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone)
    return true
  } catch {
    return false
  }
}

/** A formatter takes milliseconds to make, so the last few are kept. */
function formatterOf(zone: string | undefined): Intl.DateTimeFormat {
  const key = zone ?? ''
  const known = formatters.get(key)
  if (known !== undefined) return known
  if (formatters.size >= mostFormatters) formatters.clear()
  const formatter = new Intl.DateTimeFormat('en-US', {
    ...(zone !== undefined && { timeZone: zone }),
    calendar: 'gregory',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formatters.set(key, formatter)
  return formatter
}
