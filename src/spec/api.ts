// The bodies and queries that the REST API takes. Requests are checked against these, and the
// OpenAPI document is made of them, so that neither can say what the other does not do.

import * as v from 'valibot'
import { deliveryStatuses } from './delivery.ts'
import { failurePolicies } from './press.ts'
import { runModes } from './drawerPress.ts'
import { runStatuses } from './run.ts'
import { runStates } from './runs.ts'

const timeout = v.nullish(
  v.pipe(
    v.number(),
    v.integer(),
    v.description('Seconds allowed instead of the own timeout when above 0; at most 300'),
  ),
)

export const pressBodySchema = v.object({
  args: v.nullish(
    v.pipe(v.record(v.string(), v.string()), v.description('Argument values by name, as text')),
  ),
  timeout,
  check_output: v.nullish(
    v.pipe(v.boolean(), v.description('Fail when the output does not fit output_schema')),
  ),
})

export const drawerPressBodySchema = v.object({
  inputs: v.nullish(
    v.pipe(v.record(v.string(), v.unknown()), v.description('Input values by name')),
  ),
  texts: v.nullish(
    v.pipe(
      v.record(v.string(), v.string()),
      v.description('What was typed, for inputs that came as text: long numbers keep their digits'),
    ),
  ),
  mode: v.nullish(v.picklist(runModes)),
  on_failure: v.nullish(v.picklist(failurePolicies)),
  concurrency: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
  timeout: v.nullish(
    v.pipe(v.number(), v.integer(), v.description('Seconds after which the run is cancelled')),
  ),
})

const limit = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^(?:[1-9]\d?|100)$/, 'must be a whole number from 1 to 100'),
    v.description('This many, 20 unless given'),
  ),
)

const status = v.optional(
  v.pipe(v.picklist([...runStatuses, 'failed']), v.description('Only runs that ended so')),
)

const before = v.optional(
  v.pipe(v.string(), v.description('Only runs before this: `next` of the answer before')),
)

export const targetRunsQuerySchema = v.object({ limit, status, before })

export const runsQuerySchema = v.object({
  limit,
  status: v.optional(v.pipe(v.picklist(runStates), v.description('Only runs that stand so'))),
  before,
  target: v.optional(
    v.pipe(v.string(), v.description('Only runs of NAME, button/NAME or drawer/NAME')),
  ),
  parent: v.optional(v.pipe(v.string(), v.description('Only runs that this run pressed'))),
  expand: v.optional(v.pipe(v.picklist(['records']), v.description('With the whole records'))),
  since: v.optional(
    v.pipe(v.string(), v.isoTimestamp(), v.description('Only runs that started then or later')),
  ),
})

export const pressQuerySchema = v.object({
  async: v.optional(
    v.pipe(v.picklist(['1', 'true']), v.description('Answer as soon as the press is accepted')),
  ),
  dry_run: v.optional(
    v.pipe(v.picklist(['1', 'true']), v.description('Tell what a press would do, and do nothing')),
  ),
})

export const deliveriesQuerySchema = v.object({
  limit,
  status: v.optional(
    v.pipe(v.picklist(deliveryStatuses), v.description('Only deliveries that stand so')),
  ),
  target: v.optional(v.pipe(v.string(), v.description('Only deliveries to this target'))),
  before,
})

export const openapiQuerySchema = v.object({
  expand: v.optional(
    v.pipe(v.picklist(['buttons']), v.description('Add a path of its own for each button')),
  ),
})

export type PressBody = v.InferOutput<typeof pressBodySchema>
export type DrawerPressBody = v.InferOutput<typeof drawerPressBodySchema>
export type RunsQuery = v.InferOutput<typeof runsQuerySchema>

/** By the names under which routes and the description of the API know them. */
export const requestSchemas = {
  press: pressBodySchema,
  drawerPress: drawerPressBodySchema,
  pressQuery: pressQuerySchema,
  targetRuns: targetRunsQuerySchema,
  runs: runsQuerySchema,
  deliveries: deliveriesQuerySchema,
  openapiQuery: openapiQuerySchema,
} as const

export type RequestSchemaName = keyof typeof requestSchemas
