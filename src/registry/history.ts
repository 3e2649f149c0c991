// What commands about packages leave in history.json. The deed is done by then: a log that cannot be
// written is a warning.

import type { Lock } from '#spec/package.ts'
import type { LifecycleDependency, LifecycleEvent } from '#spec/lifecycle.ts'
import type { RegistryContext } from './context.ts'

/** An event with every entry of the lock beside it. */
export async function logPackages(
  event: LifecycleEvent,
  lock: Lock,
  context: RegistryContext,
): Promise<void> {
  const dependencies = Object.entries(lock.dependencies).map(([name, entry]) => {
    const { kind, requested, version, content_hash, installed_name } = entry
    return { name, kind, requested, version, content_hash, installed_name }
  })
  await log({ ...event, dependencies: dependencies satisfies LifecycleDependency[] }, context)
}

/** Runs what resolves or verifies packages, and logs why it could not be done. */
export async function loggingFailure<T>(
  { package_name, requested }: Pick<LifecycleEvent, 'package_name' | 'requested'>,
  context: RegistryContext,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const about = { ...(package_name && { package_name }), ...(requested && { requested }) }
    if (!context.signal?.aborted)
      await log({ action: 'resolve_failed', ...about, error: (error as Error).message }, context)
    throw error
  }
}

async function log(event: LifecycleEvent, { store, warn }: RegistryContext): Promise<void> {
  try {
    await store.lifecycle.append(event)
  } catch (error) {
    warn((error as Error).message)
  }
}
