// Characters that end a line or worse where they stand in a URL or a header.

/** Whether a text holds a byte below 0x20 or 0x7f; `allowed` are exceptions. */
export function hasControl(text: string, allowed = ''): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code < 0x20 || code === 0x7f) && !allowed.includes(text[at]!)) return true
  }
  return false
}
