// What all commands about a registry of ours share: where it lies, and that it is closed again.

import type { RegistryDesk } from '#registry/server/desk.ts'
import { variableOf } from '#core/serve/settings.ts'
import type { App } from '../../../app.ts'
import type { Arg } from '../../command.ts'

export const directoryArg = {
  type: 'string',
  valueHint: 'folder',
  description: 'Where the registry lies (registry/ in the data directory)',
} as const satisfies Arg

/** With the registry that a host of this place would serve. */
export async function withDesk<T>(
  directory: string | undefined,
  app: App,
  act: (desk: RegistryDesk) => Promise<T>,
): Promise<T> {
  const configured = app.host.env[variableOf('registry-dir')]
  const desk = await app.registryDesk(directory ?? (configured || undefined))
  try {
    return await act(desk)
  } finally {
    await desk.close()
  }
}
