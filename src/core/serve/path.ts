// The path of a request as routes see it: every segment percent-decoded once, and a slash inside a
// segment kept apart from those between them.

/**
 * The path of a URL in one spelling: each segment decoded and encoded again, so that
 * `/api/b%75ttons` is `/api/buttons` while `%2F` stays within its segment. Undefined for escapes
 * that are none (`%zz`) or no UTF-8.
 */
export function canonicalPath(url: string): string | undefined {
  const path = pathOf(url)
  if (!path.includes('%')) return path
  try {
    return path.split('/').map(canonicalSegment).join('/')
  } catch {
    return undefined
  }
}

/** What a canonical path says, decoded: what webhook paths are compared with. */
export function decodedPath(canonical: string): string {
  return canonical.includes('%') ? decodeURIComponent(canonical) : canonical
}

/** What stands behind `?`, without it. */
export function queryOf(url: string): string {
  const end = url.indexOf('#')
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start + 1, end < 0 ? undefined : end)
}

function pathOf(url: string): string {
  const authority = url.indexOf('//') + 2
  const start = url.indexOf('/', authority)
  if (start < 0) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}

function canonicalSegment(segment: string): string {
  const decoded = decodeURIComponent(segment)
  // Only what could be taken for something else is escaped: the router compares the rest as it is.
  return decoded.replace(/[%/?#]/g, encodeURIComponent)
}
