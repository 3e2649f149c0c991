// Keeps the key of this device out of git.

import type { App } from '../../app.ts'
import type { Output } from '../printer.ts'

/** Nothing while there is no key. That git might see the file is worth a warning, not a failure. */
export async function protectKey(app: App, out: Output): Promise<void> {
  try {
    const { place, device } = await app.store()
    if (!place.projectLocal || !(await device.read())?.device_seed) return
    await (await app.ignoring()).protect('agent.json')
  } catch (error) {
    out.warn(`Cannot keep agent.json out of git: ${(error as Error).message}`)
  }
}
