// Making and changing triggers, as the commands get it. What a plan refuses is what the act refuses.

import { collectTriggers } from '#core/trigger/collect.ts'
import { findTrigger, withEnabled, withoutTrigger, withTrigger } from '#core/trigger/file.ts'
import { planTrigger, type TriggerDraft, type TriggerRequest } from '#core/trigger/plan.ts'
import { formatTime } from '#core/time/format.ts'
import { findOwner } from '#core/webhook/routes.ts'
import { fail } from '#spec/errors.ts'
import type { Target } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'
import { listAll, type TriggerListing } from './list.ts'
import { getOwner } from './target.ts'

export interface TriggerContext {
  host: Host
  store: Store
  /** A remark for people, on stderr. */
  warn(message: string): void
}

export type Act = 'do' | 'plan'

type Json = Record<string, unknown>

export interface ChangedTrigger {
  target: Target
  trigger: Json
}

export interface TriggerAuthor {
  /** Throws NOT_FOUND, VALIDATION_ERROR, TRIGGER_PATH_RESERVED or TRIGGER_PATH_CONFLICT. */
  add(name: string, request: TriggerRequest, act: Act): Promise<ChangedTrigger>
  /** Throws NOT_FOUND, also for an id that is not there. */
  remove(name: string, id: string, act: Act): Promise<ChangedTrigger>
  setEnabled(name: string, id: string, enabled: boolean, act: Act): Promise<ChangedTrigger>
  /** Everything there is, of one target or of all; secrets hidden. */
  list(name?: string): Promise<TriggerListing>
}

export function openTriggerAuthor(context: TriggerContext): TriggerAuthor {
  return {
    add: (name, request, act) => add(name, request, act, context),
    remove: (name, id, act) =>
      change(name, id, act, 'Cannot remove a trigger', withoutTrigger, context),
    setEnabled: (name, id, enabled, act) => {
      const what = `Cannot ${enabled ? 'resume' : 'pause'} a trigger`
      return change(name, id, act, what, (file) => withEnabled(file, id, enabled), context)
    },
    list: (name) => listAll(name, context),
  }
}

async function add(
  name: string,
  request: TriggerRequest,
  act: Act,
  context: TriggerContext,
): Promise<ChangedTrigger> {
  const { host, store } = context
  const { target } = await getOwner(name, 'Cannot add a trigger', store)
  const draft = planTrigger(request)
  if (target.kind === 'drawer') refuseForDrawer(target.name, draft)
  if (draft.kind === 'webhook') await refuseTakenPath(draft.path!, store)
  const id = host.random.bytes(4).toHex()
  const created_at = formatTime(host.clock.now())
  const trigger =
    target.kind === 'drawer' ? toDrawerTrigger(id, draft) : { id, ...draft, created_at }
  if (act === 'do') await update(target, (file) => withTrigger(file, trigger), context)
  return { target, trigger }
}

// Drawers have one webhook, set where its drawer is made.
function refuseForDrawer(name: string, { kind }: TriggerDraft): void {
  if (kind !== 'webhook') return
  throw fail('VALIDATION_ERROR', `Cannot add a webhook to drawer "${name}" this way`, {
    hint: `buttons drawer ${name} trigger webhook`,
  })
}

function toDrawerTrigger(id: string, { kind, args, ...rest }: TriggerDraft): Json {
  return { id, kind: kind === 'watch' ? 'file' : kind, ...rest, ...(args && { inputs: args }) }
}

async function refuseTakenPath(path: string, store: Store): Promise<void> {
  const [{ drawers }, { buttons }] = [await store.drawers.list(), await store.buttons.list()]
  const { triggers } = collectTriggers(
    drawers.map(({ drawer }) => drawer),
    buttons.map(({ button }) => button),
  )
  const owner = findOwner(path, { kind: '', name: '' }, triggers)
  if (!owner) return
  throw fail(
    'TRIGGER_PATH_CONFLICT',
    `Cannot use path "${path}": ${owner.kind} "${owner.name}" has it already`,
  )
}

async function change(
  name: string,
  id: string,
  act: Act,
  what: string,
  edit: (file: Readonly<Json>, id: string) => Json,
  context: TriggerContext,
): Promise<ChangedTrigger> {
  const { target, file } = await getOwner(name, what, context.store)
  const insist = (from: Readonly<Json>): Json => {
    const found = findTrigger(from, id)
    if (found) return found
    throw fail('NOT_FOUND', `${what} of "${name}": there is none with id "${id}"`, {
      hint: `buttons trigger list ${target.name}`,
    })
  }
  let trigger = insist(file)
  if (act === 'do')
    await update(
      target,
      (now) => {
        const removed = insist(now)
        const changed = edit(now, id)
        trigger = findTrigger(changed, id) ?? removed
        return changed
      },
      context,
    )
  return { target, trigger }
}

async function update(
  target: Target,
  edit: (file: Readonly<Json>) => Json,
  { host, store, warn }: TriggerContext,
): Promise<void> {
  if (target.kind === 'button')
    await store.buttons.update(target.name, (file) => ({
      ...edit(file),
      updated_at: formatTime(host.clock.now()),
    }))
  else
    await store.drawers.update(target.name, (file) => {
      const edited = edit(file)
      delete file['triggers']
      Object.assign(file, edited)
    })
  try {
    await store.lifecycle.logChange({ action: 'edit', target })
  } catch (error) {
    // The deed is done by now.
    warn((error as Error).message)
  }
}
