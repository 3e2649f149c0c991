// The one table of all webhook paths: exact, the first that claims a path has it (serve.md 9.2).

import type { HostedTrigger } from '../trigger/hosted.ts'
import { isReservedPath } from './path.ts'

export interface RouteTable {
  readonly routes: ReadonlyMap<string, HostedTrigger>
  readonly shadowed: readonly { trigger: HostedTrigger; why: string }[]
}

/** `isReserved` tells the paths that the server answers itself. */
export function buildRoutes(
  triggers: readonly HostedTrigger[],
  isReserved: (path: string) => boolean = isReservedPath,
): RouteTable {
  const routes = new Map<string, HostedTrigger>()
  const shadowed: { trigger: HostedTrigger; why: string }[] = []
  for (const trigger of triggers) {
    if (trigger.kind !== 'webhook') continue
    const owner = routes.get(trigger.path)?.target
    if (isReserved(trigger.path))
      shadowed.push({ trigger, why: 'the server needs the path itself' })
    else if (owner) shadowed.push({ trigger, why: `${owner.kind} "${owner.name}" has it already` })
    else routes.set(trigger.path, trigger)
  }
  return { routes, shadowed }
}

/** Who answers at a path already, other than the one that asks; among triggers of both kinds. */
export function findOwner(
  path: string,
  self: { kind: string; name: string },
  triggers: readonly HostedTrigger[],
): HostedTrigger['target'] | undefined {
  return triggers.find(
    ({ kind, path: taken, target }) =>
      kind === 'webhook' &&
      taken === path &&
      (target.kind !== self.kind || target.name !== self.name),
  )?.target
}
