// Packages that are added, installed, updated, removed and published, while the command or the registry
// is killed: the next command finds all of the old state or all of the new one, and gets it done; no
// version is half, none is lost, and the newest is the newest.

import { changeAndKill, openChanges } from './changes.ts'
import { judgeVersions, openPublishing, publishAndKill } from './publishing.ts'
import { closeTeam, openTeam, type Victim } from './team.ts'

/** `program`: the words that start what is to be killed. */
export async function crashPackages(kills: number, program?: readonly string[]): Promise<string> {
  const team = await openTeam(program)
  const changes = await openChanges(team)
  const publishing = await openPublishing(team)
  const killed = { client: 0, registry: 0 }
  const tries = [
    ...changes.acts.map((act) => (victim: Victim) => changeAndKill(team, changes, act, victim)),
    (victim: Victim) => publishAndKill(team, publishing, victim),
  ]
  // Each act meets each death in turn: the number of acts is odd.
  for (let n = 0; killed.client + killed.registry < kills; n++) {
    const victim = n % 2 === 0 ? 'client' : 'registry'
    if (await tries[n % tries.length]!(victim)) killed[victim]++
  }
  const { confirmed, kept } = await judgeVersions(team, publishing)
  await closeTeam(team)
  const { old, fresh, each } = changes.seen
  return `${killed.client} commands and ${killed.registry} registries killed, ${old} times all old, ${fresh} times all new, ${each} updates without a registry half the way, ${confirmed} versions confirmed and there, ${kept - confirmed} more`
}
