// Updates that nobody asked for: in the background, in silence, and only what the settings allow
// (registry 10.4).

import { planPassive } from '#core/package/updates.ts'
import { compareVersions } from '#core/package/version.ts'
import { build } from '#spec/build.ts'
import { findLeastVersion } from '../client.ts'
import type { RegistryContext } from '../context.ts'
import { findBase, findKey } from '../source.ts'
import { applyUpdates } from '../updates/updates.ts'

/** Whatever goes wrong, the next run tries again. */
export async function updatePassively(context: RegistryContext): Promise<void> {
  const controller = new AbortController()
  const forget = context.host.clock.after(wholeMs, () => controller.abort())
  try {
    await update({ ...context, warn: () => {}, signal: controller.signal })
  } catch {
    // Nobody asked for it, so nobody is told.
  } finally {
    forget()
  }
}

const wholeMs = 45_000
const metaMs = 3000

async function update(context: RegistryContext): Promise<void> {
  const { host, store } = context
  const settings = await store.settings.read()
  const last = settings.last_update_check_unix ?? 0
  const plan = planPassive({
    packages: settings.buttons_auto_update ?? true,
    binary: settings.cli_auto_update ?? false,
    forced: await isForced(context),
    sinceCheckMs: last > 0 ? host.clock.now() - last * 1000 : undefined,
  })
  if (!plan) return
  if (plan.binary)
    await store.settings.update((all) => {
      all.last_update_check_unix = Math.floor(host.clock.now() / 1000)
    })
  await applyUpdates(plan, { waitMs: 0, acceptNewPublisher: false }, context)
}

async function isForced(context: RegistryContext): Promise<boolean> {
  const base = await findBase(context)
  if (base === undefined) return false
  const least = await findLeastVersion(
    base,
    await findKey('REGISTRY_KEY', context),
    context,
    metaMs,
  )
  return least !== undefined && compareVersions(build.version, least) < 0
}
