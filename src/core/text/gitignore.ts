// Single lines of a .gitignore text: found, added and removed while every other line, its comments
// and its order stay as somebody wrote them (D72).

/** The patterns in their order: every line that is neither blank nor a comment, trimmed. */
export function listPatterns(text: string): string[] {
  return text.split('\n').map(patternOf).filter(Boolean)
}

/** Those of `patterns` that no line of the text equals after trimming, each once. */
export function findMissingPatterns(text: string, patterns: readonly string[]): string[] {
  const present = new Set(listPatterns(text))
  return [...new Set(patterns)].filter((pattern) => !present.has(pattern))
}

/**
 * The text with the missing ones of `patterns` appended, a line each; the text itself when none is
 * missing. With `comment`, a blank line and `# comment` come before them.
 */
export function addPatterns(text: string, patterns: readonly string[], comment?: string): string {
  const missing = findMissingPatterns(text, patterns)
  if (missing.length === 0) return text
  const end = newlineOf(text)
  const head = text === '' || text.endsWith('\n') ? text : text + end
  const above = comment === undefined ? [] : [...(head === '' ? [] : ['']), `# ${comment}`]
  return head + [...above, ...missing].map((line) => line + end).join('')
}

/** The text without every line that equals `pattern` after trimming. */
export function removePattern(text: string, pattern: string): string {
  const lines = text.split('\n')
  const kept = lines.filter((line) => patternOf(line) !== pattern)
  return kept.length === lines.length ? text : kept.join('\n')
}

function patternOf(line: string): string {
  const trimmed = line.trim()
  return trimmed.startsWith('#') ? '' : trimmed
}

// A file written on Windows keeps its line ends.
function newlineOf(text: string): string {
  return /\r\n/.test(text) ? '\r\n' : '\n'
}
