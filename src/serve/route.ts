// What a route of the host is: a row of a table. Who may come in, how long it may take and how it
// is described stand in the row; its handler only answers.

import type { Operation } from '#core/serve/openapi.ts'
import type { Facts } from './facts.ts'

export interface Route {
  /** A GET route answers HEAD as well; `ANY` takes every method. */
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY'
  /** `/api/buttons/{name}`: a word in braces is one segment, `/{rest}*` at the end all that follow. */
  path: string
  /** `key`: callers give the API key. `none`: the handler looks after itself, if at all. */
  auth: 'key' | 'none'
  /**
   * `both`: also strangers on the public surface; `private`: never they; `api` and `registry`: they
   * do once that is exposed (serve.md 9.3).
   */
  surface: 'both' | 'private' | 'api' | 'registry'
  /** Seconds the connection may be silent; 0 for as long as the handler takes. Default 30. */
  idleSeconds?: number
  /** How the OpenAPI document describes it; absent: not at all. */
  operation?: Operation
  handle(call: Call): Response | Promise<Response>
}

/** One request on its way through the host. */
export interface Call {
  readonly request: Request
  /** Segments of the path by the names in the route, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly facts: Facts
}
