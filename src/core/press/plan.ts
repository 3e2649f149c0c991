// Decides everything about a press before anything happens. The same plan is printed by a dry run
// and carried out by a press.

import type { ArgDef, Button } from '#spec/button.ts'
import { fail } from '#spec/errors.ts'
import { forbiddenNamePrefixes, forbiddenNames } from '#spec/env.ts'
import type { PressPlan, PressRequest } from '#spec/press.ts'
import { checkArgs, parseArgValues } from '#core/args/check.ts'
import { variableName } from '#core/args/variables.ts'
import { runtimeOf } from '#core/button/runtime.ts'
import { describeNewer } from '#core/button/version.ts'
import { planQueue } from '#core/queue/plan.ts'

/**
 * The plan of a press. Throws MISSING_ARG or VALIDATION_ERROR for arguments, and VALIDATION_ERROR
 * for a spec that is newer than this program or sets variables it must not.
 */
export function planPress(button: Button, request: PressRequest): PressPlan {
  checkVersion(button)
  const defs = button.args ?? []
  const args = request.argTexts ? parseArgValues(button.name, defs, request.argTexts) : request.args
  checkArgs(button.name, defs, args)
  checkEnvironment(button)
  const override = request.timeoutSeconds ?? 0
  const queue = planQueue(button.queue, args)
  return {
    button,
    runtime: runtimeOf(button),
    timeoutMs: (override > 0 ? override : button.timeout_seconds) * 1000,
    args: { ...args },
    undeclared: undeclaredOf(args, defs),
    env: { ...button.env, ...argumentVariables(args), ...request.variables },
    secrets: secretsOf(args, defs),
    ...(queue && { queue }),
    missingBatteries: [],
  }
}

// Plain loops: most presses have no arguments, and what walks a list for us has to be loaded first.
function undeclaredOf(args: PressPlan['args'], defs: readonly ArgDef[]): string[] {
  const undeclared: string[] = []
  for (const name of Object.keys(args)) {
    let known = false
    for (const def of defs) known ||= def.name === name
    if (!known) undeclared.push(name)
  }
  return undeclared
}

function secretsOf(args: PressPlan['args'], defs: readonly ArgDef[]): string[] {
  const secrets: string[] = []
  for (const { name, secret } of defs) {
    const value = secret && args[name]
    if (value !== undefined && value !== false) secrets.push(value)
  }
  return secrets
}

function checkVersion(button: Button): void {
  const why = describeNewer(button.schema_version)
  if (why === undefined) return
  throw fail('VALIDATION_ERROR', `Cannot press "${button.name}": ${why}`, {
    hint: 'Update buttons with buttons update',
  })
}

function checkEnvironment(button: Button): void {
  for (const name in button.env) {
    if (!isForbiddenName(name)) continue
    throw fail('VALIDATION_ERROR', `Cannot press "${button.name}": its env must not set ${name}`, {
      hint: 'Names that begin with BUN_, LD_ or DYLD_, and NODE_OPTIONS, could run foreign code',
    })
  }
}

/** Whether a variable could make a child load foreign code. */
export function isForbiddenName(name: string): boolean {
  const upper = name.toUpperCase()
  return (
    forbiddenNamePrefixes.some((prefix) => upper.startsWith(prefix)) ||
    (forbiddenNames as readonly string[]).includes(upper)
  )
}

function argumentVariables(args: Readonly<Record<string, string>>): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const [name, value] of Object.entries(args)) variables[variableName(name)] = value
  return variables
}
