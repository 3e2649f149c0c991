// How deep a JSON value is. The runtime reads far deeper values than it can write again.

/** Whether a value has at most so many levels; looks at it without recursion. */
export function isWithinDepth(value: unknown, most: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return false
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    )
  }
  return true
}
