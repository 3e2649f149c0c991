// The rare acts on files that need node:fs: whole trees, modes, links.

import * as fs from 'node:fs'
import { HostError } from './host.ts'
import { attempt } from './posix/node.ts'

export function removeTree(path: string): void {
  attempt('remove', path, () => fs.rmSync(path, { recursive: true, force: true }))
}

export function setMode(path: string, mode: number): void {
  attempt('chmod', path, () => fs.chmodSync(path, mode))
}

export function resolveLinks(path: string): string | undefined {
  try {
    return attempt('resolve', path, () => fs.realpathSync(path))
  } catch (error) {
    if ((error as HostError).code === 'ENOENT') return undefined
    throw error
  }
}
