// What `buttons set` may change in a button.json, and what each place accepts. A setter changes the
// file object it is given and throws VALIDATION_ERROR for what does not fit; null removes.

import { limits } from '#spec/limits.ts'
import { checkBatteryKey } from '#core/battery/key.ts'
import { isForbiddenName } from '#core/press/plan.ts'
import { getLock } from '#core/http/target.ts'
import { parseSize } from '#core/size.ts'
import { setArgument } from './setArgument.ts'
import { type Assignment, refuseAssignment } from './assignment.ts'
import { checkHeader, checkMethod } from './request.ts'
import { setInside } from './setInside.ts'

export type ButtonObject = Record<string, unknown>
export type Setter = (file: ButtonObject, assignment: Assignment) => void

/** By the first part of the path. */
export const settable: Readonly<Record<string, Setter>> = {
  description: whole(text),
  tags: whole(texts()),
  timeout_seconds: whole(positive, limits.defaultTimeoutSeconds),
  mcp_enabled: whole(flag, false),
  pinned: whole(flag),
  requires_batteries: whole(texts(checkBatteryKey)),
  env: member(variable),
  args: setArgument,
  output_schema: setOutputSchema,
  queue: setQueue,
  url: http(lasting(whole(url))),
  method: http(whole(method)),
  headers: http(member(header)),
  body: http(whole(text)),
  max_response_bytes: http(whole(bytes, limits.defaultResponseBytes)),
  allow_private_networks: http(whole(flag)),
}

/** Reads the value of an assignment; `file` is there for what follows from it. */
type Reader = (assignment: Assignment, file: ButtonObject) => unknown

/** A key without parts of its own. Null removes it, or sets it to what it is when absent. */
function whole(read: Reader, whenRemoved?: unknown): Setter {
  return (file, assignment) => {
    if (assignment.rest !== undefined) throw refuseAssignment(assignment, 'it has no parts')
    const { key } = assignment
    const value = assignment.value === null ? whenRemoved : read(assignment, file)
    if (value === undefined) delete file[key]
    else file[key] = value
  }
}

/** A map whose members are set one by one; an emptied map goes. */
function member(read: (name: string, assignment: Assignment, map: ButtonObject) => string): Setter {
  return (file, assignment) => {
    const { key, rest } = assignment
    if (rest === undefined) throw refuseAssignment(assignment, `name the member: ${key}.NAME=VALUE`)
    const map = { ...(file[key] as ButtonObject | null | undefined) }
    const name = read(rest, assignment, map)
    if (assignment.value === null) delete map[name]
    else map[name] = assignment.text
    file[key] = map
    if (key !== 'env' && Object.keys(map).length === 0) delete file[key]
  }
}

/** What a button of its kind cannot be without. */
function lasting(set: Setter): Setter {
  return (file, assignment) => {
    if (assignment.value === null)
      throw refuseAssignment(assignment, 'it can be changed but not removed')
    set(file, assignment)
  }
}

/** Keys that mean something only beside a URL. */
function http(set: Setter): Setter {
  return (file, assignment) => {
    if (!file['url'])
      throw refuseAssignment(assignment, 'the button is no HTTP button', 'Create one with --url')
    set(file, assignment)
  }
}

function text({ text: value }: Assignment): string | undefined {
  return value === '' ? undefined : value
}

function flag(assignment: Assignment): boolean {
  if (typeof assignment.value === 'boolean') return assignment.value
  throw refuseAssignment(assignment, `"${assignment.text}" is not true or false`)
}

function positive(assignment: Assignment): number {
  const { value } = assignment
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw refuseAssignment(assignment, `"${assignment.text}" is not a whole number above 0`)
}

function bytes({ text: size }: Assignment): number {
  return parseSize(size)
}

/** A JSON list of texts, or texts between commas; each once. */
function texts(check: (item: string) => void = () => {}): Reader {
  return (assignment) => {
    const { value } = assignment
    const items: unknown[] = Array.isArray(value) ? value : assignment.text.split(',')
    const trimmed = items.map((item) => (typeof item === 'string' ? item.trim() : undefined))
    if (trimmed.length === 0) return undefined
    for (const item of trimmed) {
      if (!item) throw refuseAssignment(assignment, 'it must be a list of texts like a,b')
      check(item)
    }
    return [...new Set(trimmed)]
  }
}

function variable(name: string, assignment: Assignment): string {
  if (isForbiddenName(name))
    throw refuseAssignment(
      assignment,
      'that variable could make the script run foreign code',
      'Names that begin with BUN_, LD_ or DYLD_, and NODE_OPTIONS, cannot be set',
    )
  if (/[=\0]/.test(name) || assignment.text.includes('\0'))
    throw refuseAssignment(assignment, 'it contains a NUL byte')
  return name
}

/** A header that is there under another case keeps its spelling. */
function header(name: string, assignment: Assignment, map: ButtonObject): string {
  if (assignment.value !== null) checkHeader(name, assignment.text)
  return Object.keys(map).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name
}

function url(assignment: Assignment, file: ButtonObject): string {
  file['allowed_host'] = getLock(assignment.text)
  return assignment.text
}

function method({ text: word }: Assignment): string {
  checkMethod(word)
  return word.toUpperCase()
}

function setOutputSchema(file: ButtonObject, assignment: Assignment): void {
  const { value, rest } = assignment
  setInside(file, ['output_schema', ...(rest?.split('.') ?? [])], assignment)
  const schema = file['output_schema']
  if (schema === undefined || typeof schema === 'boolean' || isObject(schema)) return
  throw refuseAssignment(assignment, `${JSON.stringify(value)} is not a JSON Schema`)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const queueReaders: Readonly<Record<string, Reader>> = {
  name: text,
  concurrency: positive,
  key: text,
}

/** Queue members one by one; `queue=null` removes it. That a queue has a name is checked at the end. */
function setQueue(file: ButtonObject, assignment: Assignment): void {
  const { rest } = assignment
  if (rest === undefined) {
    if (assignment.value !== null)
      throw refuseAssignment(
        assignment,
        'name the member: queue.name, queue.concurrency, queue.key',
      )
    delete file['queue']
    return
  }
  const read = Object.hasOwn(queueReaders, rest) ? queueReaders[rest] : undefined
  if (!read) throw refuseAssignment(assignment, 'a queue has name, concurrency and key')
  const queue = { ...(file['queue'] as ButtonObject | null | undefined) }
  const value = assignment.value === null ? undefined : read(assignment, file)
  if (value === undefined) delete queue[rest]
  else queue[rest] = value
  if (Object.keys(queue).length === 0) delete file['queue']
  else file['queue'] = queue
}
