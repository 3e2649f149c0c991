// What an expression can see: roots, the environment, and the variables of macros around it.

import type { Budget } from './budget.ts'
import { findHeader, findRoot, normalizeName } from './names.ts'
import { type JsonMap, type Value, fromJson } from './values.ts'

export interface Context {
  /**
   * JSON values by root name: inputs, webhooks, steps, step ids, loop variables. Ints of the engine
   * may be bigints. Only own fields count. A root called `env` hides the environment.
   */
  readonly roots: Readonly<Record<string, unknown>>
  /** Read when asked for, never copied; `process.env` fits. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A macro variable with its value; the chain ends at the expression itself. */
export interface Local {
  readonly name: string
  readonly value: Value
  readonly outer: Local | undefined
}

export interface Scope {
  readonly context: Context
  readonly budget: Budget
  readonly local: Local | undefined
  /** Where the node stands that is evaluated right now, for errors. Shared by all inner scopes. */
  readonly place: { offset: number }
}

/** The value of a root or macro variable, or undefined. An absolute name skips the variables. */
export function findVariable(scope: Scope, name: string, absolute: boolean): Value | undefined {
  if (scope.local !== undefined && !absolute) {
    const wanted = normalizeName(name)
    for (let local: Local | undefined = scope.local; local !== undefined; local = local.outer)
      if (local.name === wanted) return local.value
  }
  const { roots, env } = scope.context
  const root = findRoot(roots, name)
  if (root !== undefined) return fromJson(roots[root])
  return name === 'env' ? env : undefined
}

/**
 * The key of `inputs.webhook.headers` that a name means, when `map` is that very map: header names
 * ignore case, and `-` and `_` are equal there.
 */
export function findHeaderKey(scope: Scope, map: object, name: string): string | undefined {
  return map === headersOf(scope.context) ? findHeader(map as JsonMap, name) : undefined
}

function headersOf({ roots }: Context): unknown {
  return readOwn(readOwn(readOwn(roots, 'inputs'), 'webhook'), 'headers')
}

function readOwn(json: unknown, key: string): unknown {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, key)) return undefined
  return (json as JsonMap)[key]
}
