// What a host and its starting thread tell each other.

import type { ProcessExit, SpawnRequest } from '../host.ts'

/** The variables that all children have in common; told once. */
export type BaseEnvironment = Readonly<Record<string, string | undefined>>

export type Order =
  /** `wake`: a pipe into which a byte is written with all orders after this one. */
  | { kind: 'base'; env: BaseEnvironment; wake: number }
  | { kind: 'close'; id: number }
  | ({ kind: 'start'; id: number } & StartOrder)

export interface StartOrder extends Pick<SpawnRequest, 'command' | 'cwd'> {
  live: boolean
  /** What differs from the base; null: not there. */
  changes: Readonly<Record<string, string | null>>
}

export type News =
  | { kind: 'ready' }
  | { kind: 'started'; id: number; pid: number }
  | { kind: 'failed'; id: number; error: { code: string; message: string; path?: string } }
  | { kind: 'output'; id: number; stream: 'stdout' | 'stderr'; bytes: Uint8Array }
  | { kind: 'exited'; id: number; exit: ProcessExit }
  | { kind: 'ended'; id: number }
