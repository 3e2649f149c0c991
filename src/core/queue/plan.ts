// The queue of a press, decided from what its button declares.

import type { QueueDef } from '#spec/button.ts'
import type { QueuePlan } from '#spec/press.ts'
import { fillQueueKey } from './key.ts'

/** The slots a press asks for, or undefined when its button has no queue. */
export function planQueue(
  queue: QueueDef | undefined,
  args: Readonly<Record<string, string>>,
): QueuePlan | undefined {
  if (!queue?.name) return undefined
  const { key, absent } = fillQueueKey(queue.key ?? '', args)
  const concurrency = Math.max(1, queue.concurrency ?? 1)
  return { name: queue.name, concurrency, key, ...(absent.length > 0 && { absent }) }
}
