// The order of texts: by code point, as the language wants it, not by UTF-16 unit.

/** Order of two texts by code point; plain `<` would put emoji before the last two-byte letters. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return fromSurrogate(left) - fromSurrogate(right)
  }
  return a.length - b.length
}

/** Moves surrogate halves above every other unit. */
function fromSurrogate(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
