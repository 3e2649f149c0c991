// What a drawer is on disk: drawer.json, as drawers.md 2 describes it. The published JSON Schema
// is derived from these schemas (core/drawer/schema.ts). Reading checks JSON types only.

import * as v from 'valibot'
import { flowSchema } from './flow.ts'
import { argTypes } from './button.ts'
import { type Shape, always, anything, flag, free, instant, text, texts, words } from './shape.ts'
import { type Step, stepSchema } from './steps.ts'
import { triggerSettings } from './webhook.ts'

export const drawerKinds = ['action', 'flow'] as const
export type DrawerKind = (typeof drawerKinds)[number]

/** The schema version written into new drawers, and every version that is understood. */
export const drawerSchemaVersion = 2
export const drawerSchemaVersions = [1, 2] as const

export const triggerKinds = ['webhook', 'cron', 'file', 'mcp'] as const

export const inputDefSchema = v.looseObject({
  name: always('Read as ${inputs.<name>}'),
  type: always('What values it takes', argTypes),
  required: flag('A press without it fails'),
  description: text('What it is for'),
  values: texts('enum: the allowed values'),
  secret: flag('Kept out of records'),
})

export const errorHandlerSchema = v.looseObject({
  drawer: always('Runs after a failed run'),
  with: free('Laid over the inputs of the handler; texts may contain ${…}'),
})

export const triggerSchema = v.looseObject({
  id: text('cron, file: names the trigger in commands'),
  kind: always('What starts the drawer', triggerKinds),
  path: text('webhook: URL path, starts with /; file: what is watched'),
  inputs: free('cron, file: the inputs of each run'),
  ...triggerSettings,
})

export const drawerFileSchema = v.looseObject({
  $schema: text('Where this schema is published'),
  schema_version: v.pipe(
    v.nullish(v.pipe(v.number(), v.integer()), 0),
    v.metadata({ published: { always: true, enum: drawerSchemaVersions } }),
  ),
  name: always('The name of the folder'),
  drawer_kind: words(drawerKinds, 'Absent means action in version 1'),
  description: text('One line'),
  version: text('Version of the content'),
  inputs: v.nullish(v.array(inputDefSchema)),
  steps: v.nullish(v.array(stepSchema)),
  flow: v.nullish(flowSchema),
  on_error: v.nullish(errorHandlerSchema),
  output_schema: anything('JSON Schema of what a parent drawer gets'),
  return: free('What a parent drawer gets: field to value; texts may contain ${…}'),
  triggers: v.nullish(v.array(triggerSchema)),
  created_at: instant('When the drawer was made'),
  updated_at: instant('When the file was changed last'),
})

export type InputDef = Shape<typeof inputDefSchema.entries>
export type ErrorHandler = Shape<typeof errorHandlerSchema.entries>
export type Trigger = Shape<typeof triggerSchema.entries>

/**
 * A drawer as the program works with it: nulls gone, `name` is the folder's, absent texts that are
 * always written are empty. Keys nobody knows are still in it, but only the file itself is written.
 */
export interface Drawer extends Omit<Shape<typeof drawerFileSchema.entries>, 'steps'> {
  steps?: Step[]
}

/** Text that marks a notes file nobody has filled in yet. */
export const untouchedDrawerNotes = '_Add context about this drawer here'
