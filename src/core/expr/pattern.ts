// `matches`: regular expressions in RE2 syntax, which run in time linear to the text. The library is
// loaded only when an expression needs it, so evaluation itself stays synchronous: whoever holds
// expressions calls prepareExpressions first.

import { limits } from '#spec/limits.ts'
import { type Budget, spend } from './budget.ts'
import { overLimit, wrong } from './errors.ts'

type Library = typeof import('re2js')
type Pattern = ReturnType<Library['RE2JS']['compile']>

let library: Library | undefined
const compiled = new Map<string, Pattern>()
const mostCompiled = 64

/**
 * Loads what the expressions inside a JSON value need; at once when they need nothing. Call it with
 * the whole spec before resolving or evaluating anything in it.
 */
export async function prepareExpressions(json: unknown): Promise<void> {
  if (library === undefined && mentionsMatches(json)) library = await import('re2js')
}

/** Looks at every text without parsing it; data cannot bring in expressions, so the spec is enough. */
function mentionsMatches(json: unknown): boolean {
  const open: unknown[] = [json]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'string' && value.includes('matches')) return true
    if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) open.push(inner)
    }
  }
  return false
}

/** Whether the pattern is found anywhere in the text. */
export function matchText(text: string, pattern: string, budget: Budget): boolean {
  const program = compilePattern(pattern, budget)
  spend(budget, Math.ceil((program.programSize() * text.length) / 256))
  return program.test(text)
}

function compilePattern(pattern: string, budget: Budget): Pattern {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  // Compiling costs microseconds per character, or per repetition that the pattern spells out.
  spend(budget, 100 + pattern.length)
  const program = compileNew(pattern)
  spend(budget, program.programSize())
  if (compiled.size >= mostCompiled) compiled.clear()
  compiled.set(pattern, program)
  return program
}

function compileNew(pattern: string): Pattern {
  if (library === undefined)
    throw new Error('matches() was evaluated without prepareExpressions() before it')
  if (pattern.length > limits.patternCharacters)
    throw overLimit(`a regular expression has at most ${limits.patternCharacters} characters`)
  const { RE2JS, RE2JSException } = library
  try {
    const program = RE2JS.compile(pattern)
    if (program.programSize() <= limits.patternInstructions) return program
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause
    throw wrong(`${cause.message.replace(/^error parsing regexp: /, 'bad regular expression: ')}`)
  }
  throw overLimit('the regular expression is too large')
}
