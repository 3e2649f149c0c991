// Computes the value of a parsed expression. Pure and synchronous; every node costs one unit of the
// budget. `&&`, `||`, `??` and the macros decide which errors of their parts matter.

import { contains, hasField, readIndex, selectField } from './access.ts'
import { type ArithmeticOperator, calculate, negate } from './arithmetic.ts'
import type { Binary, BinaryOperator, Name, Node, Select } from './ast.ts'
import { type Budget, newBudget, spend } from './budget.ts'
import { compare, equals } from './compare.ts'
import { type Context, type Scope, findVariable } from './context.ts'
import { ExpressionError, absent, within, wrong } from './errors.ts'
import { describeMissing, findFunction } from './functions.ts'
import { runMacro } from './macros.ts'
import { makeMap } from './maps.ts'
import type { Expression } from './parse.ts'
import { type Value, describe, findType, uint } from './values.ts'

/** The value of an expression. Throws ExpressionError, which then knows its place in the source. */
export function evaluateExpression(
  expression: Expression,
  context: Context,
  budget: Budget = newBudget(),
): Value {
  const place = { offset: expression.root.offset }
  const scope: Scope = { context, budget, local: undefined, place }
  return within(expression.text, () => {
    try {
      return evaluate(expression.root, scope)
    } catch (error) {
      throw located(error, scope)
    }
  })
}

/** The value of one node. */
export function evaluate(node: Node, scope: Scope): Value {
  spend(scope.budget, 1)
  // A row takes the very kind of node under which it stands, which types cannot express.
  return evaluators[node.kind](node as never, scope)
}

const evaluators: {
  [K in Node['kind']]: (node: Extract<Node, { kind: K }>, scope: Scope) => Value
} = {
  literal: ({ value, unsigned }) => (unsigned ? uint(value as bigint) : value),
  name: (node, scope) => evaluateChain(node, [], scope),
  select: evaluateSelect,
  index: ({ operand, index, offset }, scope) => {
    const value = evaluate(operand, scope)
    const key = evaluate(index, scope)
    scope.place.offset = offset
    return readIndex(value, key, scope)
  },
  has: ({ operand, name, exact, offset }, scope) => {
    const value = evaluate(operand, scope)
    scope.place.offset = offset
    return hasField(value, name, exact, scope)
  },
  call: ({ name, target, arguments: list, offset }, scope) => {
    const form = target === undefined ? 'global' : 'method'
    const run = findFunction(name, form, list.length)
    if (run === undefined) throw at(offset, wrong(describeMissing(name, form, list.length)))
    const operands = target === undefined ? list : [target, ...list]
    const values = operands.map((operand) => evaluate(operand, scope))
    scope.place.offset = offset
    return run(values, scope.budget)
  },
  list: ({ items }, scope) => items.map((item) => evaluate(item, scope)),
  map: ({ entries, offset }, scope) => {
    const values = entries.map(
      ([key, value]) => [evaluate(key, scope), evaluate(value, scope)] as const,
    )
    scope.place.offset = offset
    return makeMap(values)
  },
  unary: ({ operator, operand, offset }, scope) => {
    const value = evaluate(operand, scope)
    scope.place.offset = offset
    if (operator === '-') return negate(value)
    return !needBool(value, 'cannot negate with !')
  },
  binary: (node, scope) => binaryOperators[node.operator](node, scope),
  conditional: ({ condition, whenTrue, whenFalse, offset }, scope) => {
    const chosen = evaluate(condition, scope)
    scope.place.offset = offset
    return evaluate(needBool(chosen, 'the condition before ?') ? whenTrue : whenFalse, scope)
  },
  macro: runMacro,
}

/** Walks a chain such as `a.b.c` from its left end, without recursion. */
function evaluateSelect(node: Select, scope: Scope): Value {
  const fields: Select[] = []
  let base: Node = node
  while (base.kind === 'select') {
    fields.push(base)
    base = base.operand
  }
  fields.reverse()
  spend(scope.budget, fields.length)
  if (base.kind === 'name') return evaluateChain(base, fields, scope)
  return selectFields(evaluate(base, scope), fields, scope)
}

function evaluateChain(base: Name, fields: readonly Select[], scope: Scope): Value {
  scope.place.offset = base.offset
  const root = findVariable(scope, base.name, base.absolute)
  if (root !== undefined) return selectFields(root, fields, scope)
  const path = [base.name, ...fields.map(({ name }) => name)].join('.')
  const type = findType(path)
  if (type !== undefined) return type
  throw absent(
    `no such attribute(s): ${path}`,
    base.name.includes('-') ? 'Put blanks around - to subtract' : undefined,
  )
}

function selectFields(value: Value, fields: readonly Select[], scope: Scope): Value {
  let current = value
  for (const { name, exact, offset } of fields) {
    scope.place.offset = offset
    current = selectField(current, name, exact, scope)
  }
  return current
}

type Operator = (node: Binary, scope: Scope) => Value

/** An operator that needs both values. */
const strict =
  (apply: (left: Value, right: Value, scope: Scope) => Value): Operator =>
  ({ left, right, offset }, scope) => {
    const first = evaluate(left, scope)
    const second = evaluate(right, scope)
    scope.place.offset = offset
    return apply(first, second, scope)
  }

const arithmetic = (operator: ArithmeticOperator): Operator =>
  strict((left, right, { budget }) => calculate(operator, left, right, budget))

const binaryOperators: Record<BinaryOperator, Operator> = {
  '??': coalesce,
  '||': (node, scope) => decide(node, true, scope),
  '&&': (node, scope) => decide(node, false, scope),
  '<': strict((left, right, { budget }) => compare(left, right, budget) < 0),
  '<=': strict((left, right, { budget }) => compare(left, right, budget) <= 0),
  '>': strict((left, right, { budget }) => compare(left, right, budget) > 0),
  '>=': strict((left, right, { budget }) => compare(left, right, budget) >= 0),
  '==': strict((left, right, { budget }) => equals(left, right, budget)),
  '!=': strict((left, right, { budget }) => !equals(left, right, budget)),
  in: strict(contains),
  '+': arithmetic('+'),
  '-': arithmetic('-'),
  '*': arithmetic('*'),
  '/': arithmetic('/'),
  '%': arithmetic('%'),
}

/** `a ?? b`: b when a is null or absent. Other errors of a stay errors. */
function coalesce({ left, right }: Binary, scope: Scope): Value {
  const value = attempt(left, scope)
  if (value instanceof ExpressionError && value.kind !== 'absent') throw value
  return value === null || value instanceof ExpressionError ? evaluate(right, scope) : value
}

/** `||` (decisive: true) and `&&` (decisive: false): one decisive side is enough, whatever the other. */
function decide({ operator, left, right, offset }: Binary, decisive: boolean, scope: Scope): Value {
  const first = attempt(left, scope)
  if (first === decisive) return decisive
  const second = attempt(right, scope)
  if (second === decisive) return decisive
  for (const value of [first, second]) {
    if (value instanceof ExpressionError) throw value
    if (typeof value !== 'boolean')
      throw at(offset, wrong(`${operator} needs booleans, got ${describe(value)}`))
  }
  return !decisive
}

/** The value of a node, or the error that it ended with. Limits are never kept back. */
export function attempt(node: Node, scope: Scope): Value | ExpressionError {
  try {
    return evaluate(node, scope)
  } catch (error) {
    if (!(error instanceof ExpressionError) || error.kind === 'limit') throw error
    // Making an error costs far more than visiting a node.
    spend(scope.budget, 10)
    return located(error, scope)
  }
}

/** The same error, with the place of the node that was evaluated last unless it knows better. */
function located<T>(error: T, { place }: Scope): T {
  if (error instanceof ExpressionError) error.offset ??= place.offset
  return error
}

function needBool(value: Value, what: string): boolean {
  if (typeof value === 'boolean') return value
  throw wrong(`${what}: expected boolean, got ${describe(value)}`)
}

function at(offset: number, error: ExpressionError): ExpressionError {
  error.offset = offset
  return error
}
