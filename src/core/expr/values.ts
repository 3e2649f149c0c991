// What an expression computes with. Values from JSON are used as they are, without a copy:
//
//   null  boolean  string    themselves
//   double                   a number (every JSON number is one)
//   int                      a bigint; what the engine counts, and literals without a dot
//   list                     an array
//   map                      a plain JSON object, or a LiteralMap when the expression wrote it
//   bytes                    a Uint8Array
//   uint timestamp duration type     small objects marked with a symbol that JSON cannot carry

import { limits } from '#spec/limits.ts'
import { overLimit } from './errors.ts'

const mark = Symbol('type')

export type Uint = { readonly [mark]: 'uint'; readonly value: bigint }
export type Timestamp = { readonly [mark]: 'timestamp'; readonly nanoseconds: bigint }
export type Duration = { readonly [mark]: 'duration'; readonly nanoseconds: bigint }
export type TypeValue = { readonly [mark]: 'type'; readonly name: string }

export type JsonMap = { readonly [key: string]: unknown }
export type MapKey = string | boolean | bigint
/** Keyed by value (int 1 and uint 1 are one key), each entry with its key as written. */
export type LiteralMap = ReadonlyMap<MapKey, readonly [key: Value, value: Value]>

export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Uint
  | Uint8Array
  | readonly unknown[]
  | JsonMap
  | LiteralMap
  | Timestamp
  | Duration
  | TypeValue

export type TypeName =
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'list'
  | 'map'
  | 'timestamp'
  | 'duration'
  | 'type'

export type TypeOf = {
  null: null
  bool: boolean
  int: bigint
  uint: Uint
  double: number
  string: string
  bytes: Uint8Array
  list: readonly unknown[]
  map: JsonMap | LiteralMap
  timestamp: Timestamp
  duration: Duration
  type: TypeValue
}

/** The type of a value. */
export function typeOf(value: Value): TypeName {
  if (value === null) return 'null'
  return primitives[typeof value] ?? objectType(value as object)
}

const primitives: { readonly [name: string]: TypeName } = {
  boolean: 'bool',
  string: 'string',
  number: 'double',
  bigint: 'int',
}

function objectType(value: object): TypeName {
  if (Array.isArray(value)) return 'list'
  if (value instanceof Uint8Array) return 'bytes'
  return (value as Partial<Uint | Timestamp | Duration | TypeValue>)[mark] ?? 'map'
}

/** Whether a value has a type; narrows it. */
export function is<T extends TypeName>(value: Value, type: T): value is TypeOf[T] {
  return typeOf(value) === type
}

/** A value taken out of JSON. What JSON cannot hold counts as null. */
export function fromJson(json: unknown): Value {
  if (json === undefined || typeof json === 'function' || typeof json === 'symbol') return null
  return json as Value
}

export function uint(value: bigint): Uint {
  return { [mark]: 'uint', value }
}

export function timestamp(nanoseconds: bigint): Timestamp {
  return { [mark]: 'timestamp', nanoseconds }
}

export function duration(nanoseconds: bigint): Duration {
  return { [mark]: 'duration', nanoseconds }
}

/** The names of types inside the language; `type(x)` gives them and `x == int` compares with them. */
const typeNames = {
  null: 'null_type',
  bool: 'bool',
  int: 'int',
  uint: 'uint',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
  list: 'list',
  map: 'map',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  type: 'type',
} as const satisfies Record<TypeName, string>

const knownTypeNames: ReadonlySet<string> = new Set(Object.values(typeNames))

export function typeValue(value: Value): TypeValue {
  return { [mark]: 'type', name: typeNames[typeOf(value)] }
}

/** The type that a name stands for, such as `int` or `google.protobuf.Duration`. */
export function findType(name: string): TypeValue | undefined {
  return knownTypeNames.has(name) ? { [mark]: 'type', name } : undefined
}

const jsonNames: Record<TypeName, string> = {
  null: 'null',
  bool: 'boolean',
  int: 'number',
  uint: 'number',
  double: 'number',
  string: 'string',
  bytes: 'bytes',
  list: 'array',
  map: 'object',
  timestamp: 'timestamp',
  duration: 'duration',
  type: 'type',
}

/** What a person calls the type of a value: JSON's words where JSON has one. */
export function describe(value: Value): string {
  return jsonNames[typeOf(value)]
}

/** Stops before a value is so deeply nested that walking it could exhaust the stack. */
export function checkDepth(depth: number): void {
  if (depth > limits.jsonDepth)
    throw overLimit(`the value is nested deeper than ${limits.jsonDepth}`)
}
