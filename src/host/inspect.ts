// Who is who among processes. A process id alone says little: it is given again once its process
// has ended. Linux tells more in /proc; elsewhere the weaker questions have to do.

import { readdirSync, readFileSync, statSync } from 'node:fs'

/** Whether a process has a descriptor open that holds an exclusive lock on this very file. */
export function holdsLock(pid: number, path: string): boolean {
  const inode = inodeOf(path)
  if (inode === undefined) return false
  if (process.platform !== 'linux') return canSignal(pid)
  const held = new RegExp(`^lock:.*FLOCK.*WRITE.*:${inode} `, 'm')
  return list(`/proc/${pid}/fdinfo`).some((fd) => held.test(read(`/proc/${pid}/fdinfo/${fd}`)))
}

/**
 * The members of a process group that carry a variable in the environment they were started with.
 * Empty where the system does not tell: then nobody is taken for somebody else.
 */
export function findMembers(group: number, variable: string, value: string): number[] {
  if (process.platform !== 'linux') return []
  const entry = `\0${variable}=${value}\0`
  return list('/proc')
    .filter((name) => /^\d+$/.test(name) && groupOf(name) === group)
    .filter((name) => `\0${read(`/proc/${name}/environ`)}\0`.includes(entry))
    .map(Number)
}

/**
 * The process groups whose first process was started with a variable, and what it had as another
 * one. Without those that this process belongs to; empty where the system does not tell.
 */
export function findGroups(
  variable: string,
  value: string,
  other: string,
): { group: number; other?: string }[] {
  if (process.platform !== 'linux') return []
  const [, , ownGroup, ownSession] = statOf('self')
  const entry = `\0${variable}=${value}\0`
  return list('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || name === ownGroup || name === ownSession) return []
    const environment = `\0${read(`/proc/${name}/environ`)}\0`
    if (!environment.includes(entry) || groupOf(name) !== Number(name)) return []
    const at = environment.indexOf(`\0${other}=`)
    if (at < 0) return [{ group: Number(name) }]
    const start = at + other.length + 2
    return [
      { group: Number(name), other: environment.slice(start, environment.indexOf('\0', start)) },
    ]
  })
}

/** Whether a process runs; one that was killed and only waits to be noticed does not. */
export function isAlive(pid: number): boolean {
  if (process.platform !== 'linux') return canSignal(pid)
  const [state = 'X'] = statOf(String(pid))
  return state !== 'Z' && state !== 'X'
}

function groupOf(name: string): number {
  return Number(statOf(name)[2])
}

// The name in brackets may hold anything; behind it come state, parent, group, session.
function statOf(name: string): string[] {
  const stat = read(`/proc/${name}/stat`)
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino
}

function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

// Processes come and go while they are looked at.
function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
