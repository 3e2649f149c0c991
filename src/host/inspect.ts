// Who is who among processes. A process id alone says little: it is given again once its process
// has ended. Linux tells more in /proc; elsewhere the weaker questions have to do.

import { readdirSync, readFileSync, statSync } from 'node:fs'

/** Whether a process has a descriptor open that holds an exclusive lock on this very file. */
export function holdsLock(pid: number, path: string): boolean {
  const inode = inodeOf(path)
  if (inode === undefined) return false
  if (process.platform !== 'linux') return isAlive(pid)
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

// The name in brackets may hold anything; behind it come state, parent, group.
function groupOf(name: string): number {
  const stat = read(`/proc/${name}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino
}

function isAlive(pid: number): boolean {
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
