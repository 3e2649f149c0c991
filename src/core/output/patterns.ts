// Regular expressions of a schema, made safe: the checking library would hand them to the host's
// RegExp, where a careless one takes exponential time over a hostile output. They are matched by
// RE2 instead, in time linear to the text, and the schema is rewritten to ask for that.

import { limits } from '#spec/limits.ts'

export interface SafeSchema {
  schema: boolean | Record<string, unknown>
  /** Formats the rewritten schema refers to, by name. */
  formats: Record<string, (text: string) => boolean>
}

/** Rewrites `schema` in place; `value` is the one value it will be held against. */
export async function withLinearPatterns(
  schema: boolean | Record<string, unknown>,
  value: unknown,
): Promise<SafeSchema> {
  const safe: SafeSchema = { schema, formats: {} }
  if (!mentionsPattern(schema)) return safe
  const { RE2JS } = await import('re2js')
  const work = { left: limits.patternWork }
  const compile = (pattern: string): Matcher => {
    if (pattern.length > limits.patternCharacters) throw new Error('a pattern is too long')
    const program = RE2JS.compile(RE2JS.translateRegExp(pattern))
    if (program.programSize() > limits.patternInstructions)
      throw new Error('a pattern is too large')
    return (text) => {
      spend(work, program.programSize() * (text.length + 1))
      return program.test(text)
    }
  }
  rewrite(schema, { safe, compile, work, names: namesIn(value) })
  return safe
}

type Matcher = (text: string) => boolean

interface Rewriting {
  safe: SafeSchema
  compile(pattern: string): Matcher
  work: { left: number }
  /** Every property name in the value. */
  names: readonly string[]
}

function mentionsPattern(schema: unknown): boolean {
  return /"pattern(?:Properties)?":/.test(JSON.stringify(schema))
}

function spend(work: { left: number }, units: number): void {
  work.left -= units
  if (work.left < 0) throw new Error('its patterns take too long on this output')
}

function namesIn(value: unknown): string[] {
  const names = new Set<string>()
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next)) for (const name of Object.keys(next)) names.add(name)
    for (const inner of Object.values(next)) open.push(inner)
  }
  return [...names]
}

/** Keywords whose members are schemas by free names, and keywords that hold plain data. */
const mapKeywords = ['properties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']
const dataKeywords = ['enum', 'const', 'default', 'examples']

function rewrite(node: unknown, job: Rewriting): void {
  if (typeof node !== 'object' || node === null) return
  const schema = node as Record<string, unknown>
  for (const [keyword, inner] of Object.entries(schema)) {
    if (dataKeywords.includes(keyword)) continue
    if (keyword === 'patternProperties') rewritePatternProperties(schema, inner, job)
    else if (mapKeywords.includes(keyword) && typeof inner === 'object' && inner !== null)
      for (const member of Object.values(inner)) rewrite(member, job)
    else rewrite(inner, job)
  }
  if (typeof schema['pattern'] === 'string') rewritePattern(schema, schema['pattern'], job)
}

// A format of our own takes the pattern's place; beside a real format it goes into an `allOf`.
function rewritePattern(schema: Record<string, unknown>, pattern: string, job: Rewriting): void {
  const name = `${patternFormat}${pattern}`
  job.safe.formats[name] = job.compile(pattern)
  delete schema['pattern']
  if (schema['format'] === undefined) schema['format'] = name
  else schema['allOf'] = [...((schema['allOf'] as unknown[]) ?? []), { format: name }]
}

/** What the names of our formats begin with; the pattern follows. */
export const patternFormat = 'pattern '

// Each pattern becomes the plain list of those names in the value that it matches.
function rewritePatternProperties(
  schema: Record<string, unknown>,
  patterns: unknown,
  job: Rewriting,
): void {
  if (typeof patterns !== 'object' || patterns === null) return
  const rewritten: Record<string, unknown> = {}
  for (const [index, [pattern, inner]] of Object.entries(patterns).entries()) {
    rewrite(inner, job)
    const names = job.names.filter(job.compile(pattern))
    spend(job.work, names.length * job.names.length)
    rewritten[listPattern(names, index)] = inner
  }
  schema['patternProperties'] = rewritten
}

// The number keeps two patterns apart that match the same names.
function listPattern(names: readonly string[], index: number): string {
  const literals = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return literals.length === 0
    ? `^(?:${index}){0}(?!)`
    : `^(?:${index}){0}(?:${literals.join('|')})$`
}
