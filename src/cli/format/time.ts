// Times for people.

/** `2026-05-02 09:00:00` where the reader is. */
export function formatLocal(instant: string): string {
  const time = new Date(instant)
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')
  return `${day} ${clock}`
}

/** `2026-05-02T09:00:00Z` */
export function formatUtcSecond(instant: string): string {
  return `${instant.slice(0, 19)}Z`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
