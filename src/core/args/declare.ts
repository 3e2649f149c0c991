// Declaring arguments: `name:type:required|optional[:a|b][:secret]` (buttons.md 4.1 with D3, D4).

import { fail } from '#spec/errors.ts'
import { type ArgDef, argTypes } from '#spec/button.ts'
import { variableName } from './variables.ts'

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]*$/

/** The argument definitions of a command's `--arg` texts, in order. Throws VALIDATION_ERROR. */
export function parseArgDefs(texts: readonly string[]): ArgDef[] {
  const defs = texts.map(parseArgDef)
  const seen = new Map<string, string>()
  for (const def of defs) {
    const variable = variableName(def.name)
    const other = seen.get(variable)
    if (other === def.name) throw refuse(def.name, 'it is declared twice')
    if (other !== undefined)
      throw refuse(def.name, `it would share the variable ${variable} with "${other}"`)
    seen.set(variable, def.name)
  }
  return defs
}

/** One argument definition. Throws VALIDATION_ERROR. */
export function parseArgDef(text: string): ArgDef {
  const parts = text.split(':').map((part) => part.trim())
  const [name = '', type = '', flag = '', ...rest] = parts
  if (parts.length < 3) throw refuse(text, 'it must have the form name:type:required|optional')
  if (!namePattern.test(name))
    throw refuse(
      text,
      'the name must start with a letter or "_" and hold letters, digits, "_", "-"',
    )
  const kind = type.toLowerCase()
  if (!(argTypes as readonly string[]).includes(kind))
    throw refuse(text, `the type must be one of ${argTypes.join(', ')}, got "${type}"`)
  const required = requiredFlag(text, flag)
  const values = kind === 'enum' ? enumValues(text, rest.shift()) : undefined
  const secret = secretFlag(text, rest)
  return {
    name,
    type: kind,
    required,
    ...(values && { values }),
    ...(secret && { secret }),
  }
}

function requiredFlag(text: string, flag: string): boolean {
  const word = flag.toLowerCase()
  if (word === 'required') return true
  if (word === 'optional') return false
  throw refuse(text, `the third part must be required or optional, got "${flag}"`)
}

function enumValues(text: string, list: string | undefined): string[] {
  if (list === undefined) throw refuse(text, 'an enum needs its values: name:enum:required:a|b')
  const values = list.split('|').map((value) => value.trim())
  if (values.length < 2) throw refuse(text, 'an enum needs at least two values')
  if (values.includes('')) throw refuse(text, 'an enum value is empty')
  if (new Set(values).size < values.length) throw refuse(text, 'an enum value stands there twice')
  return values
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
