// What a surface asks for when it wants a button made, and what is made of it before anything is
// written: the draft, then the files.

import type { ArgDef, Button, QueueDef } from './button.ts'

/** The flags of `buttons create`, as text. An empty text counts as not given. */
export interface CreateRequest {
  /** The name as typed; it is checked and slugged. */
  name: string
  description?: string
  /** Path of a script to copy, as typed. */
  file?: string
  code?: string
  url?: string
  prompt?: string
  runtime?: string
  method?: string
  /** `Key: Value` each. */
  headers?: readonly string[]
  body?: string
  /** `name:type:required|optional[:a|b][:secret]` each. */
  args?: readonly string[]
  timeoutSeconds?: number
  /** `10M` */
  maxResponseSize?: string
  allowPrivateNetworks?: boolean
  /** Add the button's folder to the data directory's .gitignore. */
  ignore?: boolean
}

/** What a new button consists of, with every text read and checked. */
export interface ButtonDraft {
  /** A slug. */
  name: string
  description?: string
  /** Text of the instruction file; a template without it. */
  prompt?: string
  args: readonly ArgDef[]
  timeoutSeconds: number
  source: DraftSource
  queue?: QueueDef
  outputSchema?: unknown
}

export type DraftSource =
  | { kind: 'scaffold'; runtime: string }
  | { kind: 'code'; runtime: string; content: string | Uint8Array }
  | ({ kind: 'http' } & HttpSource)
  | { kind: 'prompt' }

export interface HttpSource {
  url: string
  method: string
  headers: Readonly<Record<string, string>>
  body?: string
  maxResponseBytes: number
  allowPrivateNetworks: boolean
}

export interface PlannedFile {
  /** Relative to the button's folder. */
  path: string
  content: string | Uint8Array
  mode: number
}

/** A new button, complete but not yet on disk. */
export interface ButtonPlan {
  button: Button
  files: PlannedFile[]
}
