// Declaring arguments: `name:type:required|optional[:a|b][:secret]` (buttons.md 4.1 with D3, D4).

import { fail } from '#spec/errors.ts'
import { type ArgDef, argTypes } from '#spec/button.ts'
import { variableName } from './variables.ts'

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]*$/

/** The argument definitions of a command's `--arg` texts, in order. Throws VALIDATION_ERROR. */
export function parseArgDefs(texts: readonly string[]): ArgDef[] {
  const defs = texts.map(parseArgDef)
  checkDistinct(defs)
  return defs
}

/** Checks definitions that came as JSON by the same rules. Throws VALIDATION_ERROR. */
export function checkArgDefs(defs: readonly ArgDef[]): void {
  for (const def of defs) checkArgDef(def, def.name)
  checkDistinct(defs)
}

/** Two names must not share one variable (D3). */
function checkDistinct(defs: readonly ArgDef[]): void {
  const seen = new Map<string, string>()
  for (const def of defs) {
    const variable = variableName(def.name)
    const other = seen.get(variable)
    if (other === def.name) throw refuse(def.name, 'it is declared twice')
    if (other !== undefined)
      throw refuse(def.name, `it would share the variable ${variable} with "${other}"`)
    seen.set(variable, def.name)
  }
}

/** One argument definition. Throws VALIDATION_ERROR. */
export function parseArgDef(text: string): ArgDef {
  const parts = text.split(':').map((part) => part.trim())
  const [name = '', type = '', flag = '', ...rest] = parts
  if (parts.length < 3) throw refuse(text, 'it must have the form name:type:required|optional')
  const kind = type.toLowerCase()
  const values = kind === 'enum' ? rest.shift()?.split('|') : undefined
  const def: ArgDef = {
    name,
    type: kind,
    required: requiredFlag(text, flag),
    ...(values && { values: values.map((value) => value.trim()) }),
  }
  checkArgDef(def, text)
  return secretFlag(text, rest) ? { ...def, secret: true } : def
}

function checkArgDef(def: ArgDef, shown: string): void {
  if (!namePattern.test(def.name))
    throw refuse(
      shown,
      'the name must start with a letter or "_" and hold letters, digits, "_", "-"',
    )
  if (!(argTypes as readonly string[]).includes(def.type))
    throw refuse(shown, `the type must be one of ${argTypes.join(', ')}, got "${def.type}"`)
  if (def.type === 'enum') checkEnumValues(def.values, shown)
  else if (def.values?.length) throw refuse(shown, `only an enum has values, not ${def.type}`)
}

function checkEnumValues(values: readonly string[] | undefined, shown: string): void {
  if (!values) throw refuse(shown, 'an enum needs its values: name:enum:required:a|b')
  if (values.length < 2) throw refuse(shown, 'an enum needs at least two values')
  if (values.includes('')) throw refuse(shown, 'an enum value is empty')
  if (new Set(values).size < values.length) throw refuse(shown, 'an enum value stands there twice')
}

function requiredFlag(text: string, flag: string): boolean {
  const word = flag.toLowerCase()
  if (word === 'required') return true
  if (word === 'optional') return false
  throw refuse(text, `the third part must be required or optional, got "${flag}"`)
}

function secretFlag(text: string, rest: string[]): boolean {
  if (rest.length === 0) return false
  if (rest.length === 1 && rest[0]!.toLowerCase() === 'secret') return true
  throw refuse(text, `"${rest.join(':')}" is not understood`)
}

function refuse(text: string, why: string) {
  return fail('VALIDATION_ERROR', `Cannot declare argument "${text}": ${why}`, {
    hint: 'Write it like env:enum:required:staging|prod or token:string:optional:secret',
  })
}
