// What an import is handed beside the workspace: the network, for the one source that lies there.

import type { WorkspaceContext } from '../context.ts'

export interface FetchLimits {
  timeoutMs: number
  /** A longer answer is refused. */
  maxBytes: number
}

/** A guarded GET that must answer 200; gives the body. Throws Failure. */
export type FetchText = (url: string, limits: FetchLimits) => Promise<string>

export interface ImportContext extends WorkspaceContext {
  fetchText: FetchText
}

export type ImportSource =
  | { kind: 'code'; path: string; name?: string }
  | { kind: 'skill'; path: string; name?: string }
  | { kind: 'url'; url: string; name?: string }
  | { kind: 'mcp'; server: string }
