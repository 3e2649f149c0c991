// The description of the API (serve.md 9.9).

import { readQuery } from '#core/serve/request.ts'
import { openapiQuerySchema } from '#spec/api.ts'
import type { DescribedRoute } from '#core/serve/openapi.ts'
import { json } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import type { Call, Route } from '../route.ts'
import { routesOf } from './index.ts'

export function openapiRoutes(hosting: Hosting): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/openapi.json',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'describeApi',
        summary: 'Describe this API',
        query: 'openapiQuery',
        answer: 'Description',
      },
      handle: (call) => describe(call, hosting),
    },
  ]
}

async function describe({ facts }: Call, hosting: Hosting): Promise<Response> {
  const { describeApi } = await import('#core/serve/openapi.ts')
  const { expand } = readQuery(openapiQuerySchema, facts.query)
  const listing = expand === 'buttons' ? await hosting.store.buttons.list() : undefined
  const buttons = listing?.buttons.map(({ button }) => button) ?? []
  return json(
    describeApi({ routes: described(hosting), keyed: hosting.key !== undefined, buttons }),
  )
}

function described(hosting: Hosting): DescribedRoute[] {
  return routesOf(hosting).flatMap(({ method, path, auth, operation }) =>
    operation ? [{ method, path, auth, operation }] : [],
  )
}
