// What lies beside a record: output that was too long for it, progress, a script's steps, artifacts.

import type { Host } from '#host/host.ts'
import type { RunFiles } from '../../store.ts'
import { sideEnds } from './stems.ts'

/** `file` is the record's, relative to the data directory. */
export function findBeside(host: Host, dataDirectory: string, file: string): RunFiles {
  const base = `${dataDirectory}/${file.slice(0, -'.json'.length)}`
  const find = (side: 'stdout' | 'stderr' | 'progress' | 'steps') => {
    const path = base + sideEnds[side]
    return host.files.stat(path)?.kind === 'file' && { [side]: path }
  }
  return {
    ...find('stdout'),
    ...find('stderr'),
    ...find('progress'),
    ...find('steps'),
    artifacts: listTree(host, base + sideEnds.artifacts).sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

function listTree(host: Host, folder: string): RunFiles['artifacts'] {
  return host.files.list(folder).flatMap(({ name, kind }) => {
    const path = `${folder}/${name}`
    if (kind === 'directory') return listTree(host, path)
    return [{ path, size: host.files.linkStat(path)?.size ?? 0 }]
  })
}
