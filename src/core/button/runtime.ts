// Which runtime a button has, which file holds its code, and what a script's runtime is.

import { type Button, type RuntimeName, runtimeNames, untouchedInstructions } from '#spec/button.ts'

const aliases: Readonly<Record<string, RuntimeName>> = {
  '': 'shell',
  sh: 'shell',
  python3: 'python',
  javascript: 'node',
  js: 'node',
  typescript: 'bun',
  ts: 'bun',
}

/** The canonical runtime word, or the word itself when nobody knows it. */
export function canonicalRuntime(word: string): string {
  return aliases[word] ?? word
}

/** A button with a URL is an HTTP button, whatever its runtime says (buttons.md 3.1). */
export function runtimeOf(button: Pick<Button, 'url' | 'runtime'>): string {
  return button.url ? 'http' : canonicalRuntime(button.runtime)
}

export function findRuntimeName(word: string): RuntimeName | undefined {
  for (const name of runtimeNames) if (name === word) return name
  return undefined
}

const extensions: Readonly<Record<string, string>> = { python: '.py', node: '.js', bun: '.ts' }

/** `main.sh`, `main.py`, `main.js` or `main.ts`; undefined for buttons without code. */
export function codeFileName(runtime: string): string | undefined {
  if (runtime === 'http' || runtime === 'prompt') return undefined
  return `main${extensions[runtime] ?? '.sh'}`
}

const runtimeByExtension: Readonly<Record<string, RuntimeName>> = {
  '.py': 'python',
  '.js': 'node',
  '.mjs': 'node',
  '.cjs': 'node',
  '.ts': 'bun',
  '.mts': 'bun',
  '.bash': 'bash',
}

/** The runtime of a script, by its extension, else by its first line (buttons.md 5.6, D2). */
export function inferRuntime(fileName: string, firstLine: string): RuntimeName {
  const extension = /\.[^./\\]*$/.exec(fileName)?.[0].toLowerCase() ?? ''
  const known = runtimeByExtension[extension]
  if (known) return known
  const line = firstLine.toLowerCase()
  // A .sh file is a shell script; only its shebang can ask for bash.
  if (extension === '.sh') return /^#!.*bash/.test(line) ? 'bash' : 'shell'
  return runtimeByWord.find(([word]) => word.test(line))?.[1] ?? 'shell'
}

const runtimeByWord: readonly (readonly [RegExp, RuntimeName])[] = [
  [/python/, 'python'],
  [/node/, 'node'],
  [/bash/, 'bash'],
  [/\bbun\b/, 'bun'],
]

/** Whether an instruction file still holds the template's text, in any release's wording. */
export function untouched(instructions: string): boolean {
  return instructions.includes(untouchedInstructions)
}
