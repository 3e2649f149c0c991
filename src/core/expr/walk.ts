// Walks a parsed expression for what it reads: the root and the constant path behind it, with macro
// variables left out. References.ts does so for whole JSON values.

import type { Call, Macro, Name, Node } from './ast.ts'
import { ExpressionError } from './errors.ts'
import { describeMissing, findFunction } from './functions.ts'
import { normalizeName } from './names.ts'
import { findType } from './values.ts'

export interface Reference {
  /** The root as written; compare it with findRoot or normalizeName. */
  readonly root: string
  /** Names and constant indexes behind the root, up to the first one that is computed. */
  readonly path: readonly (string | number)[]
  /** The source of root and path. */
  readonly text: string
  /** Where `text` begins in its string. */
  readonly offset: number
  /** Whether absence is expected: inside `has(…)`, or on the left of `??`. */
  readonly guarded: boolean
  /** Keys and indexes that lead to the string inside the JSON value. */
  readonly at: readonly (string | number)[]
}

export interface Walk {
  /** Where the expression begins in its string. */
  readonly start: number
  readonly at: readonly (string | number)[]
  /** Names that the caller declared local. */
  readonly bound: readonly string[]
  readonly add: (reference: Reference) => void
  readonly report: (error: ExpressionError) => void
}

/**
 * Hands every reference of a tree to `add`, and every unknown function to `report`. `variables` are
 * those of the macros around the node; `guarded` says that absence is expected there.
 */
export function walk(node: Node, into: Walk, variables: readonly string[], guarded: boolean): void {
  if (isChain(node)) return walkChain(node, into, variables, guarded)
  if (node.kind === 'macro') return walkMacro(node, into, variables, guarded)
  if (node.kind === 'call') checkFunction(node, into)
  const softened = node.kind === 'binary' && node.operator === '??'
  for (const [i, part] of partsOf(node).entries())
    walk(part, into, variables, guarded || (softened && i === 0))
}

type Chain = Extract<Node, { kind: 'name' | 'select' | 'index' | 'has' }>

function isChain(node: Node): node is Chain {
  return (
    node.kind === 'name' || node.kind === 'select' || node.kind === 'index' || node.kind === 'has'
  )
}

function walkChain(chain: Chain, into: Walk, variables: readonly string[], guarded: boolean): void {
  const links: Exclude<Chain, { kind: 'name' }>[] = []
  let base: Node = chain
  while (isChain(base) && base.kind !== 'name') {
    links.unshift(base)
    base = base.operand
  }
  if (base.kind === 'name') addChain(base, links, into, variables, guarded || chain.kind === 'has')
  else walk(base, into, variables, guarded)
  for (const link of links) {
    if (link.kind === 'index' && constantOf(link.index) === undefined)
      walk(link.index, into, variables, guarded)
  }
}

function addChain(
  { name, absolute, offset }: Name,
  links: readonly Exclude<Chain, { kind: 'name' }>[],
  into: Walk,
  variables: readonly string[],
  guarded: boolean,
): void {
  const wanted = normalizeName(name)
  if (into.bound.includes(wanted) || (!absolute && variables.includes(wanted))) return
  const path: (string | number)[] = []
  let text = name
  for (const link of links) {
    const key = link.kind === 'index' ? constantOf(link.index) : link.name
    if (key === undefined) break
    path.push(key)
    text += formatLink(link, key)
  }
  // `int` and `google.protobuf.Duration` are types unless a root hides them.
  if (findType(text) !== undefined) return
  into.add({ root: name, path, text, offset: into.start + offset, guarded, at: into.at })
}

function constantOf(node: Node): string | number | undefined {
  if (node.kind !== 'literal') return undefined
  if (typeof node.value === 'bigint') return Number(node.value)
  return typeof node.value === 'string' ? node.value : undefined
}

function formatLink(link: Exclude<Chain, { kind: 'name' }>, key: string | number): string {
  if (link.kind === 'index') return `[${JSON.stringify(key)}]`
  return link.exact ? `.\`${key}\`` : `.${key}`
}

function walkMacro(node: Macro, into: Walk, variables: readonly string[], guarded: boolean): void {
  walk(node.target, into, variables, guarded)
  const inner = [...variables, node.variable]
  for (const body of [node.predicate, node.transform]) {
    if (body !== undefined) walk(body, into, inner, guarded)
  }
}

function checkFunction({ name, target, arguments: list, offset }: Call, into: Walk): void {
  const form = target === undefined ? 'global' : 'method'
  if (findFunction(name, form, list.length) !== undefined) return
  into.report(
    new ExpressionError('evaluation', describeMissing(name, form, list.length), { offset }),
  )
}

function partsOf(node: Exclude<Node, Chain | Macro>): readonly Node[] {
  if (node.kind === 'call') return node.target ? [node.target, ...node.arguments] : node.arguments
  if (node.kind === 'list') return node.items
  if (node.kind === 'map') return node.entries.flat()
  if (node.kind === 'unary') return [node.operand]
  if (node.kind === 'binary') return [node.left, node.right]
  if (node.kind === 'conditional') return [node.condition, node.whenTrue, node.whenFalse]
  return []
}
