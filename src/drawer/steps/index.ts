// The table of step kinds: how each one is carried out.

import type { StepKind } from '#spec/steps.ts'
import type { StepRunner } from '../act.ts'
import { aggregate } from './aggregate.ts'
import { batch } from './batch.ts'
import { button } from './button.ts'
import { drawer } from './drawer.ts'
import { forEach } from './forEach.ts'
import { merge } from './merge.ts'
import { split } from './split.ts'
import { choose } from './switch.ts'
import { transform } from './transform.ts'
import { wait } from './wait.ts'

export const stepRunners = {
  button,
  drawer,
  for_each: forEach,
  switch: choose,
  aggregate,
  wait,
  split,
  merge,
  transform,
  batch,
} satisfies Record<StepKind, StepRunner>
