// Which specs there are, and a mark of each that changes whenever its file does: for whoever follows
// them without reading them again and again.

import { guard } from '#core/text/storage.ts'
import type { Target, TargetKind } from '#spec/run.ts'
import type { Host } from '#host/host.ts'

const files: Readonly<Record<TargetKind, string>> = {
  drawer: 'drawer.json',
  button: 'button.json',
}

/** By `button/deploy` and `drawer/release`. Throws STORAGE_ERROR. */
export function listSpecMarks(host: Host, dataDirectory: string): Map<string, string> {
  const marks = new Map<string, string>()
  for (const kind of ['drawer', 'button'] as const) {
    const root = `${dataDirectory}/${kind}s`
    const entries = guard(`Cannot list "${root}"`, () => host.files.list(root))
    const names = entries
      .filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
    for (const name of names) {
      const mark = findSpecMark(host, dataDirectory, { kind, name })
      if (mark !== undefined) marks.set(`${kind}/${name}`, mark)
    }
  }
  return marks
}

export function findSpecMark(
  host: Host,
  dataDirectory: string,
  { kind, name }: Target,
): string | undefined {
  const stat = host.files.stat(`${dataDirectory}/${kind}s/${name}/${files[kind]}`)
  return stat && `${stat.inode}:${stat.mtimeNs}:${stat.size}`
}
