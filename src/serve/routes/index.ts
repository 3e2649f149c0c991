// The system routes of the host, family by family. None of them can be taken by a webhook.

import type { Hosting } from '../hosting.ts'
import type { Route } from '../route.ts'
import { buttonRoutes } from './buttons.ts'
import { drawerRoutes } from './drawers.ts'
import { healthRoutes } from './health.ts'
import { openapiRoutes } from './openapi.ts'
import { pressRoutes } from './press.ts'
import { runRoutes } from './runs.ts'

export const families = [
  healthRoutes,
  buttonRoutes,
  pressRoutes,
  drawerRoutes,
  runRoutes,
  openapiRoutes,
] as const

export function routesOf(hosting: Hosting): Route[] {
  const { role, parts } = hosting
  const own = role === 'serve' ? families.flatMap((family) => family(hosting)) : []
  return [...own, ...parts.routes]
}
