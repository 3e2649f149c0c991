// Finds the active data directory: BUTTONS_HOME, else the nearest .buttons above the working
// directory, else the one in the home directory (cli.md 4.1, D65, D73).

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { Place } from '../store.ts'

/** Throws VALIDATION_ERROR when there is neither a project nor a home directory. */
export function findPlace(host: Host): Place {
  const { env, cwd } = host
  if (env['BUTTONS_HOME']) {
    const directory = absolutePath(cwd, env['BUTTONS_HOME'])
    return { dataDirectory: directory, globalDirectory: directory, projectLocal: false }
  }
  const home = env['HOME'] || host.platform.homeDirectory
  const globalDirectory = home && absolutePath(cwd, `${home}/.buttons`)
  const project = findAbove(host, cwd)
  const dataDirectory = project ?? globalDirectory
  if (!dataDirectory) {
    throw fail('VALIDATION_ERROR', 'Cannot find a data directory: there is no home directory', {
      hint: 'Set BUTTONS_HOME or HOME',
    })
  }
  return {
    dataDirectory,
    globalDirectory: globalDirectory || dataDirectory,
    projectLocal: project !== undefined && project !== globalDirectory,
  }
}

function findAbove({ files }: Host, cwd: string): string | undefined {
  for (let directory = cwd; ; directory = parentOf(directory)) {
    const candidate = directory === '/' ? '/.buttons' : `${directory}/.buttons`
    if (isDirectory(files, candidate)) return candidate
    if (directory === '/') return undefined
  }
}

// A parent we may not look into holds nothing for us.
function isDirectory(files: Host['files'], path: string): boolean {
  try {
    return files.stat(path)?.kind === 'directory'
  } catch {
    return false
  }
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/** Joins and cleans without asking the file system: `.`, `..` and doubled slashes go. */
export function absolutePath(cwd: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
