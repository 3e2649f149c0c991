// How a battery's value is shown when nobody asked to see it.

const visibleCharacters = 4

/** A `•` for every character; of values longer than four, the last four stay (D67: characters). */
export function maskValue(value: string): string {
  const characters = Array.from(value)
  const hidden =
    characters.length <= visibleCharacters
      ? characters.length
      : characters.length - visibleCharacters
  return '•'.repeat(hidden) + characters.slice(hidden).join('')
}
