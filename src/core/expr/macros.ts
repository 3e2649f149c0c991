// The macros over lists and maps: all, exists, exists_one, filter, map. On a map they visit the
// keys, in sorted order.

import type { Macro, MacroName } from './ast.ts'
import type { Scope } from './context.ts'
import { ExpressionError, wrong } from './errors.ts'
import { attempt, evaluate } from './evaluate.ts'
import { spend } from './budget.ts'
import { type AnyMap, sizeOf, sortedKeys } from './maps.ts'
import { type Value, describe, fromJson, is } from './values.ts'

/** The value of `target.macro(variable, …)`. */
export function runMacro(node: Macro, scope: Scope): Value {
  const target = evaluate(node.target, scope)
  scope.place.offset = node.offset
  return macros[node.name](node, listItems(target, node, scope), scope)
}

function listItems(target: Value, { name }: Macro, { budget }: Scope): readonly unknown[] {
  if (is(target, 'list')) return target
  if (!is(target, 'map')) throw wrong(`${name}() needs a list or a map, got ${describe(target)}`)
  spend(budget, sizeOf(target as AnyMap))
  return sortedKeys(target)
}

type Run = (node: Macro, items: readonly unknown[], scope: Scope) => Value

const macros: Record<MacroName, Run> = {
  all: (node, items, scope) => decideAll(node, items, false, scope),
  exists: (node, items, scope) => decideAll(node, items, true, scope),
  exists_one: (node, items, scope) => {
    const holding = items.filter((item) => holds(node, bind(node, item, scope)))
    return holding.length === 1
  },
  filter: (node, items, scope) => items.filter((item) => holds(node, bind(node, item, scope))),
  map: (node, items, scope) => {
    const results: Value[] = []
    for (const item of items) {
      const inner = bind(node, item, scope)
      if (node.predicate === undefined || holds(node, inner))
        results.push(evaluate(node.transform!, inner))
    }
    return results
  },
}

/** One decisive item is enough, whatever error another one ended with. */
function decideAll(
  node: Macro,
  items: readonly unknown[],
  decisive: boolean,
  scope: Scope,
): boolean {
  let failure: ExpressionError | undefined
  for (const item of items) {
    const value = attempt(node.predicate!, bind(node, item, scope))
    if (value === decisive) return decisive
    if (value instanceof ExpressionError) failure ??= value
    else if (typeof value !== 'boolean') failure ??= notBoolean(node, value)
  }
  if (failure !== undefined) throw failure
  return !decisive
}

function holds(node: Macro, scope: Scope): boolean {
  const value = evaluate(node.predicate!, scope)
  if (typeof value !== 'boolean') throw notBoolean(node, value)
  return value
}

function bind({ variable }: Macro, item: unknown, scope: Scope): Scope {
  return { ...scope, local: { name: variable, value: fromJson(item), outer: scope.local } }
}

function notBoolean({ name, offset }: Macro, value: Value): ExpressionError {
  const error = wrong(`the condition of ${name}() gave ${describe(value)}, not boolean`)
  error.offset = offset
  return error
}
