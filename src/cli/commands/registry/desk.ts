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

type Act<T> = (desk: RegistryDesk) => Promise<T>

/** With the registry that a host of this place would serve. Throws NOT_FOUND when there is none. */
export function withDesk<T>(directory: string | undefined, app: App, act: Act<T>): Promise<T> {
  return useDesk(app.registryDesk(placeOf(directory, app), false), act)
}

/** The same, and makes it when there is none. */
export function makeDesk<T>(directory: string | undefined, app: App, act: Act<T>): Promise<T> {
  return useDesk(app.registryDesk(placeOf(directory, app), true), act)
}

function placeOf(directory: string | undefined, { host }: App): string | undefined {
  return directory ?? (host.env[variableOf('registry-dir')] || undefined)
}

async function useDesk<T>(opening: Promise<RegistryDesk>, act: Act<T>): Promise<T> {
  const desk = await opening
  try {
    return await act(desk)
  } finally {
    await desk.close()
  }
}
