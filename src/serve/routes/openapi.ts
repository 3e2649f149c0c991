// The description of the API, made of the rows and schemas that answer it (serve.md 9.9).

import type { Route } from '../route.ts'

export function openapiRoutes(): Route[] {
  return []
}
