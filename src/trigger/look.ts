// What a watch sees: a text that changes whenever something it watches does. A file by its time and
// size, a directory and a pattern by all files below.

import { globRoot, isGlob, matchesGlob } from '#core/trigger/glob.ts'
import type { Files, FileStat } from '#host/host.ts'

/** Most files one watch looks at; what lies beyond is not seen. */
const mostFiles = 10_000
const deepest = 32

/** Undefined while there is nothing, or it cannot be looked at. */
export function look(path: string, cwd: string, files: Files): string | undefined {
  try {
    if (isGlob(path)) return lookAtPattern(path, cwd, files)
    const full = absolute(path, cwd)
    const stat = files.stat(full)
    if (stat?.kind !== 'directory') return stat && sign(stat)
    return signAll(full, files, () => true)
  } catch {
    return undefined
  }
}

function absolute(path: string, cwd: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`
}

function sign({ mtimeNs, size }: FileStat): string {
  return `${mtimeNs}:${size}`
}

function lookAtPattern(pattern: string, cwd: string, files: Files): string | undefined {
  const root = globRoot(pattern)
  const rest = pattern.slice(root.length).split('/').filter(Boolean)
  const full = absolute(root, cwd)
  if (files.stat(full)?.kind !== 'directory') return undefined
  return signAll(full, files, (path) => matchesGlob(rest, path))
}

function signAll(root: string, files: Files, wanted: (path: string[]) => boolean): string {
  const signs: string[] = []
  const open: string[][] = [[]]
  for (let segments = open.pop(); segments; segments = open.pop()) {
    const directory = [root, ...segments].join('/')
    for (const { name, kind } of listQuietly(directory, files)) {
      const path = [...segments, name]
      // Links are not followed: they could lead in circles.
      if (kind === 'directory' && path.length < deepest) open.push(path)
      if (kind === 'directory' || !wanted(path)) continue
      const stat = files.linkStat(`${directory}/${name}`)
      if (stat) signs.push(`${path.join('/')} ${sign(stat)}`)
      if (signs.length >= mostFiles) return signs.sort().join('\n')
    }
  }
  return signs.sort().join('\n')
}

function listQuietly(directory: string, files: Files) {
  try {
    return files.list(directory)
  } catch {
    return []
  }
}
