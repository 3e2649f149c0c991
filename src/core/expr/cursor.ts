// The parser's place in the tokens: looking, stepping, and the two measures (nesting and height) that
// keep the parser itself and every later walk over the tree within the stack.

import { limits } from '#spec/limits.ts'
import type { Node } from './ast.ts'
import { ExpressionError } from './errors.ts'
import type { Token } from './lex.ts'

/** The place in the tokens, and two measures that keep every later walk within the stack. */
export interface State {
  readonly tokens: readonly Token[]
  at: number
  /** How many brackets and operators surround this place. */
  nesting: number
  /** Height of the node returned last. */
  height: number
}

export function peek(state: State): Token {
  return state.tokens[state.at]!
}

/** The current token, and one step forward; never beyond the end. */
export function next(state: State): Token {
  const token = peek(state)
  if (token.kind !== 'end') state.at++
  return token
}

export function takeSign(state: State, text: string): boolean {
  const token = peek(state)
  if (token.kind !== 'sign' || token.text !== text) return false
  state.at++
  return true
}

export function expectSign(state: State, text: string): void {
  if (!takeSign(state, text)) throw unexpected(peek(state), `"${text}"`)
}

export function enter(state: State): void {
  if (++state.nesting > limits.expressionNesting)
    throw new ExpressionError(
      'limit',
      `the expression is nested deeper than ${limits.expressionNesting}`,
      { offset: peek(state).offset },
    )
}

export function leave(state: State, node: Node): Node {
  state.nesting--
  return node
}

/** Notes a node on top of the last one and of another of height `other`. */
export function grow(state: State, other: number): void {
  state.height = Math.max(state.height, other) + 1
  if (state.height > limits.expressionHeight)
    throw new ExpressionError(
      'limit',
      `the expression has more than ${limits.expressionHeight} operators in a row`,
      { offset: peek(state).offset },
    )
}

export function unexpected(token: Token, wanted?: string): ExpressionError {
  const found = token.kind === 'end' ? 'the end' : JSON.stringify(token.text)
  return syntax(wanted ? `expected ${wanted}, found ${found}` : `unexpected ${found}`, token)
}

export function syntax(message: string, { offset }: Token, hint?: string): ExpressionError {
  return new ExpressionError('syntax', message, { offset, hint })
}
