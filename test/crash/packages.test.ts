// The short form of `bun run crash packages`: real commands and a real registry, killed a few times.

import { expect, test } from 'bun:test'
import { crashPackages } from '../../scripts/crash/packages/index.ts'
import { program } from '../helpers/program.ts'
import { rounds } from '../helpers/runs.ts'

test('whichever side of a change of packages is killed, the packages are all old or all new, and no version is lost', async () => {
  const summary = await crashPackages(rounds(10, 5), program)
  expect(summary).toMatch(
    /^\d+ commands and \d+ registries killed, .* versions confirmed and there/,
  )
}, 120_000)
