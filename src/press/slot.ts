// Waiting for a slot of the button's queue. Waiting does not eat the run's time: it may take as
// long as the timeout, and the run gets its whole timeout afterwards (D61).

import { queueDirectory } from '#core/queue/directory.ts'
import { mayTry, pauseMs } from '#core/queue/wait.ts'
import { fail } from '#spec/errors.ts'
import type { PressPlan, QueuePlan } from '#spec/press.ts'
import type { Slot, Ticket } from '#store/store.ts'
import type { PressContext } from './context.ts'

/** A slot, or for buttons without a queue nothing at all that can be released just as well. */
export interface Place extends Slot {
  /** Absent for buttons without a queue. */
  waitedMs?: number
}

/** Throws QUEUE_TIMEOUT, STORAGE_ERROR, and CANCELLED when the signal comes first. */
export async function takeSlot(
  plan: PressPlan,
  queue: QueuePlan,
  signal: AbortSignal | undefined,
  context: PressContext,
  onQueue?: (waits: boolean) => void,
): Promise<Place> {
  const { clock } = context.host
  await warnOfDisagreement(plan.button.name, queue, context)
  const started = clock.monotonic()
  const slot =
    (await takeAtOnce(queue, context)) ?? (await takeInTurn(plan, queue, signal, context, onQueue))
  return { release: slot.release, waitedMs: Math.round(clock.monotonic() - started) }
}

// Nobody overtakes those who already wait.
async function takeAtOnce(queue: QueuePlan, { store }: PressContext): Promise<Slot | undefined> {
  const directory = queueDirectory(queue)
  if (await store.slots.hasLine(directory)) return undefined
  return store.slots.tryTake(directory, queue.concurrency)
}

async function takeInTurn(
  plan: PressPlan,
  queue: QueuePlan,
  signal: AbortSignal | undefined,
  context: PressContext,
  onQueue: ((waits: boolean) => void) | undefined,
): Promise<Slot> {
  const ticket = await context.store.slots.join(queueDirectory(queue))
  onQueue?.(true)
  try {
    return await waitInLine(ticket, plan, queue, signal, context)
  } finally {
    ticket.leave()
    onQueue?.(false)
  }
}

async function waitInLine(
  ticket: Ticket,
  plan: PressPlan,
  queue: QueuePlan,
  signal: AbortSignal | undefined,
  { host, store }: PressContext,
): Promise<Slot> {
  const { clock, random } = host
  const started = clock.monotonic()
  const deadline = started + plan.timeoutMs
  let lastTry = started
  for (;;) {
    if (signal?.aborted) throw cancelled(plan, queue)
    const now = clock.monotonic()
    const ahead = await ticket.ahead()
    // The last try is everybody's right, wherever they stand.
    if (mayTry(ahead, now - lastTry) || now >= deadline) {
      lastTry = now
      const slot = await store.slots.tryTake(queueDirectory(queue), queue.concurrency)
      if (slot) return slot
    }
    if (now >= deadline) throw timedOut(plan, queue)
    const pause = pauseMs(ahead, now - started, (random.bytes(1)[0] ?? 0) / 256)
    await clock.sleep(Math.min(pause, deadline - now), signal)
  }
}

function timedOut(plan: PressPlan, { name, concurrency }: QueuePlan) {
  const seconds = plan.timeoutMs / 1000
  const slots = concurrency === 1 ? 'its slot' : `its ${concurrency} slots`
  return fail(
    'QUEUE_TIMEOUT',
    `Cannot press "${plan.button.name}": queue "${name}" had ${slots} taken for ${seconds} s`,
    { hint: 'Wait longer with --timeout, or allow more at once with queue.concurrency' },
  )
}

function cancelled(plan: PressPlan, { name }: QueuePlan) {
  return fail('CANCELLED', `Cancelled "${plan.button.name}" while it waited for queue "${name}"`)
}

// Every spec keeps its own number (older programs do), so the queue allows as many as the largest.
// More slots than ours having been used is the cheap sign; only then the other specs are read.
async function warnOfDisagreement(
  button: string,
  queue: QueuePlan,
  { store, warn }: PressContext,
): Promise<void> {
  if (!(await store.slots.exceeds(queueDirectory(queue), queue.concurrency))) return
  const { buttons } = await store.buttons.list()
  const other = buttons.find(
    ({ button: { queue: theirs } }) =>
      theirs?.name === queue.name && (theirs.concurrency ?? 1) > queue.concurrency,
  )
  if (other)
    warn(
      `queue "${queue.name}" allows ${queue.concurrency} at once in "${button}" but ${other.button.queue!.concurrency} in "${other.button.name}"`,
    )
}
