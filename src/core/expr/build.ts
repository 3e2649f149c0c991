// Makes the nodes that need a closer look: numbers that must fit 64 bits, and calls that may be
// `has(x.y)` or a macro over a list.

import type { Literal, MacroName, Node } from './ast.ts'
import { syntax } from './cursor.ts'
import type { Token } from './lex.ts'
import { normalizeName } from './names.ts'

const maxInt = 2n ** 63n - 1n
const maxUint = 2n ** 64n - 1n

export function makeLiteral(token: Token & { kind: 'value' }, negative: boolean): Literal {
  const { value, unsigned, offset } = token
  if (typeof value === 'bigint') {
    const most = unsigned ? (negative ? 0n : maxUint) : negative ? maxInt + 1n : maxInt
    if (value > most)
      throw syntax(
        `the number ${negative ? '-' : ''}${token.text} does not fit into 64 bits`,
        token,
      )
    return { kind: 'literal', value: negative ? -value : value, unsigned, offset }
  }
  const signed = negative && typeof value === 'number' ? -value : value
  return { kind: 'literal', value: signed, unsigned, offset }
}

const macros: Readonly<Record<string, MacroName>> = {
  all: 'all',
  exists: 'exists',
  exists_one: 'exists_one',
  existsOne: 'exists_one',
  filter: 'filter',
  map: 'map',
}

/** A call, or what looks like one: `has(x.y)` and the macros over lists. */
export function makeCall(token: Token, target: Node | undefined, list: Node[]): Node {
  const { text, offset } = token
  if (target === undefined && text === 'has') return makeHas(token, list)
  const name = Object.hasOwn(macros, text) ? macros[text] : undefined
  const macro = list.length === 2 || (name === 'map' && list.length === 3)
  if (target === undefined || name === undefined || !macro)
    return { kind: 'call', name: text, target, arguments: list, offset }
  const variable = list[0]!
  if (variable.kind !== 'name' || variable.absolute)
    throw syntax(`the first argument of ${text}() must be a plain name`, token)
  const transform = name === 'map' ? list.at(-1) : undefined
  const predicate = name === 'map' && list.length === 2 ? undefined : list[1]
  return {
    kind: 'macro',
    name,
    target,
    variable: normalizeName(variable.name),
    predicate,
    transform,
    offset,
  }
}

function makeHas(token: Token, list: Node[]): Node {
  const field = list[0]
  if (list.length !== 1 || field?.kind !== 'select')
    throw syntax('has() needs a field such as has(x.name)', token)
  const { operand, name, exact } = field
  return { kind: 'has', operand, name, exact, offset: token.offset }
}
