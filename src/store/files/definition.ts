// What pressing a target would do, as one hash: a run that is resumed notices with it that a button
// or drawer is no longer what it was.

import { compareText } from '#core/expr/textOrder.ts'
import { guard } from '#core/text/storage.ts'
import { limits } from '#spec/limits.ts'
import type { Target } from '#spec/run.ts'
import type { Host } from '#host/host.ts'

/** Empty when there is no such target. Throws STORAGE_ERROR. */
export function hashDefinition(host: Host, dataDirectory: string, { kind, name }: Target): string {
  const directory = `${dataDirectory}/${kind}s/${name}`
  return guard(`Cannot read "${directory}"`, () => {
    if (!host.files.stat(`${directory}/${kind}.json`)) return ''
    const paths = kind === 'drawer' ? ['drawer.json'] : listFiles(host, directory)
    const hash = new Bun.CryptoHasher('sha256')
    for (const path of paths) hash.update(`${path}\0${describe(host, `${directory}/${path}`)}\0`)
    return hash.digest('hex')
  })
}

function describe(host: Host, path: string): string {
  const stat = host.files.stat(path)
  if (stat && stat.size > limits.pinnedFileBytes) return `${stat.size} ${stat.mtimeNs}`
  return Bun.CryptoHasher.hash('sha256', host.files.find(path) ?? '', 'hex')
}

/** Relative paths in the order of their bytes. */
function listFiles(host: Host, directory: string): string[] {
  const paths: string[] = []
  const collect = (below: string) => {
    for (const { name, kind } of host.files.list(`${directory}/${below}`)) {
      if (passing.has(name) || name.startsWith('.')) continue
      if (kind === 'directory') collect(`${below}${name}/`)
      else if (kind === 'file' && !notes.has(name)) paths.push(below + name)
    }
  }
  collect('')
  // Instructions are all there is of a prompt, and only notes beside code.
  const only =
    paths.length === 1 ? [...notes].filter((n) => host.files.stat(`${directory}/${n}`)) : []
  return [...paths, ...only].sort(compareText)
}

const notes: ReadonlySet<string> = new Set(['AGENT.md', 'AGENTS.md'])

// History, and what presses themselves leave behind or packages bring along by the thousand.
const passing: ReadonlySet<string> = new Set(['pressed', '__pycache__', 'node_modules'])
