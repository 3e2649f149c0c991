// Patterns of paths: `*` and `?` within a segment, `**` for any number of segments. Matched by hand,
// in time proportional to pattern times path, whatever the pattern is.

/** Whether a text is a pattern rather than a path. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text)
}

/** The folder above the first segment that is a pattern; '' for the current one. */
export function globRoot(pattern: string): string {
  const segments = pattern.split('/')
  return segments.slice(0, segments.findIndex(isGlob)).join('/') || (pattern[0] === '/' ? '/' : '')
}

/** Whether a path below the root, in segments, is meant by the rest of a pattern. */
export function matchesGlob(pattern: readonly string[], path: readonly string[]): boolean {
  return walk(pattern, path, (segment) => segment === '**', matchesSegment)
}

function matchesSegment(pattern: string, text: string): boolean {
  return walk(
    [...pattern],
    [...text],
    (sign) => sign === '*',
    (sign, one) => sign === '?' || sign === one,
  )
}

// One mark to return to is enough: a later star can take over whatever an earlier one took.
function walk(
  pattern: readonly string[],
  items: readonly string[],
  isStar: (sign: string) => boolean,
  matches: (sign: string, item: string) => boolean,
): boolean {
  let [at, item, star, taken] = [0, 0, -1, 0]
  while (item < items.length) {
    const sign = pattern[at]
    if (sign !== undefined && isStar(sign)) {
      star = at++
      taken = item
    } else if (sign !== undefined && matches(sign, items[item]!)) {
      at++
      item++
    } else if (star >= 0) {
      at = star + 1
      item = ++taken
    } else return false
  }
  while (at < pattern.length && isStar(pattern[at]!)) at++
  return at === pattern.length
}
