// The short form of `bun run crash`: the same drawers, killed a few times each.

import { expect, test } from 'bun:test'
import { crashDrawer, type DrawerCaseName, drawerCases } from '../../scripts/crash/drawers/index.ts'
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
