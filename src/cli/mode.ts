// Whether the answer is JSON (cli.md 1.3 step 5). Decided from the bare words, before they are
// parsed, so that a mistake in them gets its envelope, too.

const trueWords = [
  '--json',
  '--json=1',
  '--json=t',
  '--json=T',
  '--json=TRUE',
  '--json=true',
  '--json=True',
]

/** JSON whenever stdout is not a terminal; `--json` forces it and nothing switches it off. */
export function wantsJson(words: readonly string[], stdoutIsTerminal: boolean): boolean {
  if (!stdoutIsTerminal) return true
  const end = words.indexOf('--')
  return words.slice(0, end < 0 ? undefined : end).some((word) => trueWords.includes(word))
}

const switches: Readonly<Record<string, boolean>> = {
  '--json': true,
  '--json=true': true,
  '--json=false': false,
  '--no-json': false,
}

/** The rule of a command with its own grammar (cli.md 9.1): the last word about it decides. */
export function wantsJsonLoosely(words: readonly string[], stdoutIsTerminal: boolean): boolean {
  const last = words.findLast((word) => Object.hasOwn(switches, word))
  return last === undefined ? !stdoutIsTerminal : switches[last]!
}
