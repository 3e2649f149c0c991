// The definition of a flow that travels beside its drawer (registry 7.3): made when publishing, and
// compared byte for byte when installing.

import { drawerSchemaVersion } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import { type FileMap, flowDefinitionName } from '#spec/package.ts'
import { formatFlowDefinition } from '../drawer/flow/definition.ts'
import type { PackageSpec } from './spec.ts'

export function isFlow({ drawer }: PackageSpec): boolean {
  return drawer?.drawer_kind === 'flow'
}

/** The bytes of flow-definition.json for a version of a flow drawer. Throws VALIDATION_ERROR. */
export function makeFlowDefinition({ drawer, name }: PackageSpec, version: string): Uint8Array {
  if (!drawer || drawer.schema_version !== drawerSchemaVersion)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot define the flow of "${name}": only schema version ${drawerSchemaVersion} has flows`,
    )
  return new TextEncoder().encode(formatFlowDefinition({ ...drawer, name, version }))
}

/** Throws VALIDATION_ERROR when a flow drawer came with another definition than its own. */
export function checkFlowDefinition(spec: PackageSpec, version: string, files: FileMap): void {
  if (!isFlow(spec)) return
  const received = files.get(flowDefinitionName)
  if (!received) throw fail('VALIDATION_ERROR', 'flow bundle has no flow-definition.json')
  if (!equalBytes(received, makeFlowDefinition(spec, version)))
    throw fail('VALIDATION_ERROR', 'flow-definition.json does not match drawer.json')
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
