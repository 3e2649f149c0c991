// `args.N=SPEC` and `args.N.FIELD=VALUE`: declared arguments changed without an editor. Whether the
// declarations fit together is checked once all assignments are made.

import { parseArgDef } from '#core/args/declare.ts'
import { type Assignment, refuseAssignment } from './assignment.ts'

type Definition = Record<string, unknown>

/** N counts from 0, the number after the last one appends; null removes the argument or the field. */
export function setArgument(file: Record<string, unknown>, assignment: Assignment): void {
  const args = [...((file['args'] as Definition[] | null | undefined) ?? [])]
  const { rest = '' } = assignment
  const [place = '', field, ...more] = rest.split('.')
  const index = /^\d{1,6}$/.test(place) ? Number(place) : -1
  if (index < 0 || index > args.length || (field !== undefined && index === args.length))
    throw refuseAssignment(assignment, `the button has ${args.length} arguments, counted from 0`)
  if (more.length > 0) throw refuseAssignment(assignment, 'a field of an argument has no parts')
  if (field !== undefined) args[index] = setField(args[index]!, field, assignment)
  else if (assignment.value === null) args.splice(index, 1)
  else args[index] = readDefinition(assignment)
  if (args.length === 0) delete file['args']
  else file['args'] = args
}

/** A JSON object, or the text of `create --arg`. */
function readDefinition(assignment: Assignment): Definition {
  const { value } = assignment
  if (typeof value === 'object' && !Array.isArray(value)) return value as Definition
  return { ...parseArgDef(assignment.text) }
}

type Fits = (value: unknown) => boolean

const fields: Readonly<Record<string, { fits: Fits; noun: string }>> = {
  name: { fits: isText, noun: 'text' },
  type: { fits: isText, noun: 'text' },
  required: { fits: isFlag, noun: 'true or false' },
  secret: { fits: isFlag, noun: 'true or false' },
  values: { fits: (value) => Array.isArray(value) && value.every(isText), noun: 'a list of texts' },
}

function setField(def: Definition, name: string, assignment: Assignment): Definition {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (!field)
    throw refuseAssignment(assignment, `an argument has ${Object.keys(fields).join(', ')}`)
  const { [name]: _, ...others } = def
  if (assignment.value === null) return others
  const value = field.noun === 'text' ? assignment.text : assignment.value
  if (!field.fits(value)) throw refuseAssignment(assignment, `it must be ${field.noun}`)
  return { ...def, [name]: value }
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean'
}
