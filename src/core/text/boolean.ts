// The boolean words of flags and settings (cli.md 1.1).

const words: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  T: true,
  TRUE: true,
  true: true,
  True: true,
  '0': false,
  f: false,
  F: false,
  FALSE: false,
  false: false,
  False: false,
}

/** What a word says, or undefined when it is no boolean word. */
export function findBoolean(text: string): boolean | undefined {
  return Object.hasOwn(words, text) ? words[text] : undefined
}
