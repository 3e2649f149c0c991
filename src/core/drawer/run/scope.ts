// What the expressions of a step can see while a drawer runs (drawers.md 4.3, B9).

import { setField } from '../../expr/output.ts'

export interface Scope {
  /** Root names to values, as an expression context wants them. */
  readonly roots: Record<string, unknown>
  /** The value of the root `steps`: outputs by id, whatever the id. */
  readonly steps: Record<string, unknown>
}

/** The names that no step id can take. */
const builtIn: ReadonlySet<string> = new Set(['inputs', 'env', 'webhooks'])

export function openScope(
  inputs: Readonly<Record<string, unknown>>,
  webhooks: Readonly<Record<string, string>>,
): Scope {
  const steps = {}
  return { roots: { inputs, webhooks, steps }, steps }
}

/** A scope of its own that begins with what the outer one sees now. */
export function innerScope({ roots, steps }: Scope): Scope {
  const own = { ...steps }
  // A step called `steps` hides the root, and so it stays inside.
  const hidden = roots['steps'] !== steps
  return { roots: { ...roots, ...(!hidden && { steps: own }) }, steps: own }
}

/** Makes the output of a step that has ended visible. */
export function expose({ roots, steps }: Scope, id: string, output: unknown): void {
  const value = { output }
  setField(steps, id, value)
  if (!builtIn.has(id)) setField(roots, id, value)
}

/** Gives a loop variable its value. */
export function bind({ roots }: Scope, name: string, value: unknown): void {
  setField(roots, name, value)
}
