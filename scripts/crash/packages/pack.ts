// The packages of the crash matrix: a drawer with its buttons, one of which requires another, and a
// button that stands alone. They are large enough that writing them takes a while.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world.ts'
import type { Team } from './team.ts'

const buttons = ['base', 'build', 'ship', 'solo']
const bytesEach = 60_000

/** Publishes each as the version; the first one has a file that the later ones do not have. */
export async function publishPack(team: Team, version: string): Promise<void> {
  const { author } = team
  for (const name of buttons) writePackage(author, name, version)
  writeDrawer(author, version)
  for (const name of [...buttons, 'pack']) {
    const { ok, error } = await author.run('publish', `@team/${name}`, '--sign')
    if (!ok) throw new Error(`"${name}" cannot be published: ${error?.message}`)
  }
}

/** A button whose every file says which version it is. */
export function writePackage({ home }: World, name: string, version: string): void {
  const folder = join(home, 'buttons', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const requires = name === 'ship' ? { '@team/base': 'latest' } : undefined
  const spec = { schema_version: 2, name, version, runtime: 'shell', env: {}, requires }
  writeFileSync(join(folder, 'button.json'), `${JSON.stringify(spec, null, 2)}\n`)
  writeFileSync(join(folder, 'main.sh'), `echo ${version}\n`)
  writeFileSync(join(folder, 'data.txt'), `${version}\n`.repeat(bytesEach / (version.length + 1)))
  if (version === '1') writeFileSync(join(folder, 'only-old.txt'), 'old')
}

function writeDrawer({ home }: World, version: string): void {
  const folder = join(home, 'drawers', 'pack')
  mkdirSync(folder, { recursive: true })
  const steps = ['build', 'ship'].map((button) => ({ id: button, kind: 'button', button }))
  const spec = { schema_version: 2, name: 'pack', drawer_kind: 'action', version, steps }
  writeFileSync(join(folder, 'drawer.json'), `${JSON.stringify(spec, null, 2)}\n`)
}
