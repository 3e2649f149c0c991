// The long crash matrix: `bun run crash [--kills N] [NAME …]`. Everything is killed at random
// instants, and an outside ledger judges. The suite runs a short version of the same.

import { parseArgs } from 'node:util'
import { crashDetached } from './detach.ts'
import { crashPackages } from './packages/index.ts'
import { crashProxy } from './proxy.ts'
import { crashInstants } from './drawers/instants.ts'
import { crashRaces } from './drawers/races.ts'
import { crashDrawer, type DrawerCaseName, drawerCases } from './drawers/index.ts'
import { crashRegistry } from './registry.ts'
import { crashSteps } from './steps.ts'
import { crashWebhooks } from './webhooks.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '1000' } },
})

/** Each round of the races kills so often. */
const killsPerRace = 10

const cases: Record<string, (kills: number) => Promise<string>> = {
  detach: crashDetached,
  instants: () => crashInstants(1),
  packages: (kills) => crashPackages(Math.ceil(kills / 10)),
  proxy: crashProxy,
  races: (kills) => crashRaces(Math.ceil(kills / killsPerRace)),
  registry: crashRegistry,
  steps: crashSteps,
  webhooks: crashWebhooks,
}
for (const name of Object.keys(drawerCases) as DrawerCaseName[])
  cases[name] = (kills) => crashDrawer(name, kills)

for (const [name, crash] of Object.entries(cases)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const started = performance.now()
  const summary = await crash(Number(values.kills))
  console.log(
    `${name.padEnd(8)} ${summary} (${Math.round((performance.now() - started) / 1000)} s)`,
  )
}
