// Query strings and form bodies: first value by name, what cannot be decoded left out.

export function readPairs(text: string): Record<string, string> {
  const pairs = new Map<string, string>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    const value = decode(at < 0 ? '' : pair.slice(at + 1))
    if (name !== undefined && value !== undefined && !pairs.has(name)) pairs.set(name, value)
  }
  return Object.fromEntries(pairs) as Record<string, string>
}

/** The query of a webhook; the token in it is nobody's business afterwards. */
export function readQuery(text: string): Record<string, string> {
  if (text === '') return {}
  const { token: _, ...rest } = readPairs(text)
  return rest
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
