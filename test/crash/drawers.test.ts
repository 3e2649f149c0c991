// The short form of `bun run crash`: the same drawers, killed a few times each.

import { expect, test } from 'bun:test'
import { crashDrawer, type DrawerCaseName, drawerCases } from '../../scripts/crash/drawers/index.ts'
import { crashInstants } from '../../scripts/crash/drawers/instants.ts'
import { crashRaces } from '../../scripts/crash/drawers/races.ts'
import { program } from '../helpers/program.ts'
import { rounds } from '../helpers/runs.ts'

test.each(Object.keys(drawerCases) as DrawerCaseName[])(
  'a drawer that is killed and resumed until it is done has done every step, none of them again that had ended: %s',
  async (name) => {
    const summary = await crashDrawer(name, rounds(8, 2), program)
    expect(summary).toMatch(/^\d+ runs, \d+ kills, \d+ steps in flight done again$/)
  },
  120_000,
)

test('a run cut off behind or within any line of its journal goes on from there', async () => {
  const summary = await crashInstants(rounds(8, 25), program)
  expect(summary).toStartWith('a run of 60 events cut off at ')
}, 120_000)

test('of all who want something of an interrupted run at once, one gets it', async () => {
  const summary = await crashRaces(rounds(3, 1), program)
  expect(summary).toMatch(/^\d rounds? of each race; /)
}, 120_000)
