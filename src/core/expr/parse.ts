// Parses the text of one expression (what stands between `${` and `}`) by operator precedence.
// The grammar is the Common Expression Language without messages, plus `a ?? b`.

import { limits } from '#spec/limits.ts'
import { type BinaryOperator, type Node, keywords, precedence, reservedWords } from './ast.ts'
import { makeCall, makeLiteral } from './build.ts'
import {
  type State,
  enter,
  expectSign,
  grow,
  leave,
  next,
  peek,
  syntax,
  takeSign,
  unexpected,
} from './cursor.ts'
import { overLimit, within } from './errors.ts'
import { type Token, lex } from './lex.ts'

export interface Expression {
  /** The source, as the user wrote it. */
  readonly text: string
  readonly root: Node
}

/** The expression in a text. Throws ExpressionError of kind syntax, or limit when it is too large. */
export function parseExpression(text: string): Expression {
  return within(text, () => {
    if (text.length > limits.expressionCharacters)
      throw overLimit(`an expression has at most ${limits.expressionCharacters} characters`)
    return { text, root: parseWhole(lex(text)) }
  })
}

function parseWhole(tokens: readonly Token[]): Node {
  const state: State = { tokens, at: 0, nesting: 0, height: 0 }
  const root = parseConditional(state)
  const rest = peek(state)
  if (rest.kind !== 'end') throw unexpected(rest)
  return root
}

function parseConditional(state: State): Node {
  enter(state)
  const condition = parseBinary(state, 1)
  const { offset } = peek(state)
  if (!takeSign(state, '?')) return leave(state, condition)
  let height = state.height
  const whenTrue = parseConditional(state)
  height = Math.max(height, state.height)
  expectSign(state, ':')
  const whenFalse = parseConditional(state)
  grow(state, height)
  return leave(state, {
    kind: 'conditional',
    condition,
    whenTrue,
    whenFalse,
    offset,
  })
}

/** Operators that bind at least as tightly as `tightness`. */
function parseBinary(state: State, tightness: number): Node {
  let left = parseUnary(state)
  for (;;) {
    const operator = findOperator(peek(state))
    if (operator === undefined || precedence[operator] < tightness) return left
    const { offset } = next(state)
    const height = state.height
    const right = parseRight(state, operator)
    grow(state, height)
    left = { kind: 'binary', operator, left, right, offset }
  }
}

function parseRight(state: State, operator: BinaryOperator): Node {
  if (operator !== '??') return parseBinary(state, precedence[operator] + 1)
  enter(state)
  return leave(state, parseBinary(state, precedence['??']))
}

function findOperator(token: Token): BinaryOperator | undefined {
  if (token.kind !== 'sign' && token.kind !== 'name') return undefined
  return Object.hasOwn(precedence, token.text) ? (token.text as BinaryOperator) : undefined
}

function parseUnary(state: State): Node {
  const operators: Token[] = []
  while (peek(state).kind === 'sign' && (peek(state).text === '!' || peek(state).text === '-'))
    operators.push(next(state))
  // The minus belongs to the number: the smallest int has no positive counterpart.
  const negative = operators.at(-1)?.text === '-' && peek(state).kind === 'value'
  const operand = parsePostfix(state, negative ? parseNegative(state, operators.pop()!) : undefined)
  return operators.reduceRight<Node>((inner, { text, offset }) => {
    grow(state, 0)
    return { kind: 'unary', operator: text as '!' | '-', operand: inner, offset }
  }, operand)
}

function parsePostfix(state: State, first: Node | undefined): Node {
  let node = first ?? parsePrimary(state)
  for (;;) {
    if (takeSign(state, '.')) node = parseMember(state, node)
    else if (takeSign(state, '[')) node = parseIndex(state, node)
    else return node
  }
}

function parseMember(state: State, operand: Node): Node {
  const token = next(state)
  if (token.kind !== 'name' && token.kind !== 'quoted') throw unexpected(token, 'a field name')
  if (keywords.has(token.text))
    throw syntax(`"${token.text}" cannot be a field name`, token, `Write ["${token.text}"]`)
  const { offset } = token
  const height = state.height
  if (token.kind === 'name' && takeSign(state, '(')) {
    const list = parseList(state, ')')
    grow(state, height)
    return makeCall(token, operand, list)
  }
  grow(state, 0)
  const exact = token.kind === 'quoted'
  const name = exact ? token.text.slice(1, -1) : token.text
  return { kind: 'select', operand, name, exact, offset }
}

function parseIndex(state: State, operand: Node): Node {
  const { offset } = peek(state)
  const height = state.height
  const index = parseConditional(state)
  expectSign(state, ']')
  grow(state, height)
  return { kind: 'index', operand, index, offset }
}

function parsePrimary(state: State): Node {
  const token = next(state)
  state.height = 1
  if (token.kind === 'value') return makeLiteral(token, false)
  if (token.kind === 'name') return parseName(state, token, false)
  if (token.kind === 'sign') return parseBracketed(state, token)
  throw unexpected(token, 'an expression')
}

function parseBracketed(state: State, { text, offset }: Token): Node {
  if (text === '(') {
    const inner = parseConditional(state)
    expectSign(state, ')')
    return inner
  }
  if (text === '[') {
    const items = parseList(state, ']')
    grow(state, 0)
    return { kind: 'list', items, offset }
  }
  if (text === '{') return parseMap(state, offset)
  if (text === '.' && peek(state).kind === 'name') return parseName(state, next(state), true)
  throw unexpected({ kind: 'sign', text, offset }, 'an expression')
}

const constants: Readonly<Record<string, null | boolean>> = { true: true, false: false, null: null }

function parseName(state: State, token: Token, absolute: boolean): Node {
  const { text, offset } = token
  if (Object.hasOwn(constants, text) && !absolute)
    return { kind: 'literal', value: constants[text]!, unsigned: false, offset }
  if (reservedWords.has(text))
    throw syntax(`"${text}" is a reserved word`, token, `A step of that id is steps["${text}"]`)
  if (takeSign(state, '(')) {
    const list = parseList(state, ')')
    grow(state, 0)
    return makeCall(token, undefined, list)
  }
  return { kind: 'name', name: text, absolute, offset }
}

/** Expressions up to a closing bracket; a trailing comma is allowed except in calls. */
function parseList(state: State, close: ')' | ']'): Node[] {
  const items: Node[] = []
  let height = 0
  while (!takeSign(state, close)) {
    if (items.length > 0) expectSign(state, ',')
    if (items.length > 0 && close === ']' && takeSign(state, close)) break
    items.push(parseConditional(state))
    height = Math.max(height, state.height)
  }
  state.height = height
  return items
}

function parseMap(state: State, offset: number): Node {
  const entries: [Node, Node][] = []
  let height = 0
  while (!takeSign(state, '}')) {
    if (entries.length > 0) expectSign(state, ',')
    if (entries.length > 0 && takeSign(state, '}')) break
    const key = parseConditional(state)
    height = Math.max(height, state.height)
    expectSign(state, ':')
    entries.push([key, parseConditional(state)])
    height = Math.max(height, state.height)
  }
  state.height = 0
  grow(state, height)
  return { kind: 'map', entries, offset }
}

function parseNegative(state: State, minus: Token): Node {
  const token = next(state)
  state.height = 1
  if (token.kind === 'value' && typeof token.value !== 'string' && !isBytes(token.value))
    return { ...makeLiteral(token, true), offset: minus.offset }
  throw syntax('only numbers can be negative', minus)
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array
}
