// The tree of a parsed expression. Every node knows where it starts in the source text, so that
// errors can point at it.

export type Node =
  | Literal
  | Name
  | Select
  | Index
  | Has
  | Call
  | List
  | MapNode
  | Unary
  | Binary
  | Conditional
  | Macro

interface At {
  readonly offset: number
}

/** ints are bigints, doubles numbers; uints stand apart because both are bigints. */
export interface Literal extends At {
  readonly kind: 'literal'
  readonly value: null | boolean | string | number | bigint | Uint8Array
  readonly unsigned: boolean
}

/** A root or a macro variable. `.name` (absolute) skips macro variables. */
export interface Name extends At {
  readonly kind: 'name'
  readonly name: string
  readonly absolute: boolean
}

/** `operand.name`; exact when written in backticks: no hyphen rule then. */
export interface Select extends At {
  readonly kind: 'select'
  readonly operand: Node
  readonly name: string
  readonly exact: boolean
}

export interface Index extends At {
  readonly kind: 'index'
  readonly operand: Node
  readonly index: Node
}

/** `has(operand.name)` */
export interface Has extends At {
  readonly kind: 'has'
  readonly operand: Node
  readonly name: string
  readonly exact: boolean
}

/** `name(…)` or `target.name(…)` */
export interface Call extends At {
  readonly kind: 'call'
  readonly name: string
  readonly target: Node | undefined
  readonly arguments: readonly Node[]
}

export interface List extends At {
  readonly kind: 'list'
  readonly items: readonly Node[]
}

export interface MapNode extends At {
  readonly kind: 'map'
  readonly entries: readonly (readonly [key: Node, value: Node])[]
}

export interface Unary extends At {
  readonly kind: 'unary'
  readonly operator: '!' | '-'
  readonly operand: Node
}

export interface Binary extends At {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Node
  readonly right: Node
}

export interface Conditional extends At {
  readonly kind: 'conditional'
  readonly condition: Node
  readonly whenTrue: Node
  readonly whenFalse: Node
}

/** `target.macro(variable, …)`: the bodies are evaluated once per item. */
export interface Macro extends At {
  readonly kind: 'macro'
  readonly name: MacroName
  readonly target: Node
  readonly variable: string
  /** What each item is asked; undefined for `map(v, e)`. */
  readonly predicate: Node | undefined
  /** What each item becomes; only `map` has one. */
  readonly transform: Node | undefined
}

export type MacroName = 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

/** How tightly each operator binds; 1 is loosest. `??` groups from the right, the rest from the left. */
export const precedence = {
  '??': 1,
  '||': 2,
  '&&': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '==': 4,
  '!=': 4,
  in: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
} as const

export type BinaryOperator = keyof typeof precedence

/** Words that cannot be names; the first four cannot be field names either. */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop ' +
    'namespace package return var void while'
  ).split(' '),
)

/** Words that have a meaning of their own, so not even `x.true` is a field. */
export const keywords: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in'])
