// Writes a tree back as an expression: what the parser reads from it must be the same tree.

import { type Node, keywords, precedence } from '#core/expr/ast.ts'

/** The source of a tree. Everything that could group differently gets parentheses. */
export function formatNode(node: Node): string {
  return formatters[node.kind](node as never)
}

const formatters: { [K in Node['kind']]: (node: Extract<Node, { kind: K }>) => string } = {
  literal: ({ value, unsigned }) => (unsigned ? `${value}u` : formatLiteral(value)),
  name: ({ name, absolute }) => (absolute ? `.${name}` : name),
  select: ({ operand, name, exact }) => `${operandOf(operand)}.${fieldOf(name, exact)}`,
  index: ({ operand, index }) => `${operandOf(operand)}[${formatNode(index)}]`,
  has: ({ operand, name, exact }) => `has(${operandOf(operand)}.${fieldOf(name, exact)})`,
  call: ({ name, target, arguments: list }) =>
    `${target === undefined ? '' : `${operandOf(target)}.`}${name}(${list.map(formatNode).join(', ')})`,
  list: ({ items }) => `[${items.map(formatNode).join(',')}]`,
  map: ({ entries }) =>
    `{${entries.map(([key, value]) => `${formatNode(key)}: ${formatNode(value)}`).join(', ')}}`,
  unary: ({ operator, operand }) => `${operator}(${formatNode(operand)})`,
  binary: ({ operator, left, right }) => {
    const [outer, rightmost] = [precedence[operator], operator === '??' ? 0 : 1]
    const first = wrap(left, outer + 1 - rightmost)
    return `${first} ${operator} ${wrap(right, outer + rightmost)}`
  },
  conditional: ({ condition, whenTrue, whenFalse }) =>
    `${wrap(condition, 1)} ? ${formatNode(whenTrue)} : ${formatNode(whenFalse)}`,
  macro: ({ name, target, variable, predicate, transform }) => {
    const bodies = [predicate, transform].filter((body) => body !== undefined).map(formatNode)
    return `${operandOf(target)}.${name}(${[variable, ...bodies].join(', ')})`
  },
}

/** A node inside an operator of this tightness. */
function wrap(node: Node, tightness: number): string {
  const own =
    node.kind === 'conditional' ? 0 : node.kind === 'binary' ? precedence[node.operator] : 9
  return own < tightness ? `(${formatNode(node)})` : formatNode(node)
}

/** What stands before a dot or a bracket. */
function operandOf(node: Node): string {
  const loose = ['unary', 'binary', 'conditional', 'literal'].includes(node.kind)
  return loose ? `(${formatNode(node)})` : formatNode(node)
}

function fieldOf(name: string, exact: boolean): string {
  if (keywords.has(name)) throw new Error(`"${name}" cannot be a field name`)
  return exact ? `\`${name}\`` : name
}

function formatLiteral(value: null | boolean | string | number | bigint | Uint8Array): string {
  if (value instanceof Uint8Array)
    return `b'${[...value].map((byte) => `\\x${hex(byte, 2)}`).join('')}'`
  if (typeof value === 'string') return `'${[...value].map(escape).join('')}'`
  // A double must keep a mark of being one.
  if (typeof value === 'number' && !/[.e]/.test(String(value)))
    return `${Object.is(value, -0) ? '-0' : value}.0`
  return String(value)
}

function escape(character: string): string {
  const code = character.codePointAt(0)!
  if (character === "'" || character === '\\') return `\\${character}`
  return code < 0x20 ? `\\u${hex(code, 4)}` : character
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
