// The engine that makes and changes drawers, as surfaces get it. Each act is loaded when it is used;
// `plan` instead of `do` changes nothing and refuses what the act itself would refuse.

import type { NewStep } from '#core/drawer/add.ts'
import type { Wire } from '#core/drawer/connect.ts'
import type { JsonObject } from '#core/drawer/json.ts'
import type { Pair } from '#core/drawer/set/pair.ts'
import type { WebhookRequest } from '#core/drawer/trigger.ts'
import type { AuthorContext } from './context.ts'
import type { NewDrawer, RenamedDrawer } from './create.ts'
import type { DrawerDescription } from './describe.ts'
import type { Act, Edited } from './edit.ts'
import type { ListedDrawer } from './list.ts'
import type { NewStage, SetWebhook } from './parts.ts'
import type { DrawerPicture } from './picture.ts'

export interface DrawerAuthor {
  /** Throws NOT_FOUND when there is no such drawer. */
  insist(name: string): Promise<void>
  list(): Promise<ListedDrawer[]>
  describe(name: string): Promise<DrawerDescription>
  picture(name: string): Promise<DrawerPicture>
  create(request: NewDrawer, act: Act): Promise<JsonObject>
  rename(name: string, to: string, act: Act): Promise<RenamedDrawer>
  remove(name: string, act: Act): Promise<string>
  addSteps(name: string, targets: readonly string[], act: Act): Promise<Edited<NewStep[]>>
  connect(name: string, from: string, to: string, act: Act): Promise<Edited<Wire[]>>
  set(name: string, pairs: readonly string[], act: Act): Promise<Edited<Pair[]>>
  removeStep(name: string, id: string, act: Act): Promise<Edited<void>>
  moveStep(name: string, id: string, position: number, act: Act): Promise<Edited<void>>
  addStage(name: string, stage: NewStage, act: Act): Promise<Edited<void>>
  addInput(name: string, spec: string, act: Act): Promise<Edited<string>>
  removeInput(name: string, input: string, act: Act): Promise<Edited<void>>
  setWebhook(name: string, request: WebhookRequest, act: Act): Promise<SetWebhook>
}

export function openAuthor(context: AuthorContext): DrawerAuthor {
  const whole = () => import('./create.ts')
  const steps = () => import('./steps.ts')
  const parts = () => import('./parts.ts')
  return {
    insist: async (name) => void (await (await import('./find.ts')).getDrawer(name, context.store)),
    list: async () => (await import('./list.ts')).listDrawers(context),
    describe: async (name) => (await import('./describe.ts')).describeDrawer(name, context),
    picture: async (name) => (await import('./picture.ts')).pictureDrawer(name, context),
    create: async (request, act) => (await whole()).createDrawer(request, act, context),
    rename: async (name, to, act) => (await whole()).renameDrawer(name, to, act, context),
    remove: async (name, act) => (await whole()).removeDrawer(name, act, context),
    addSteps: async (name, targets, act) => (await steps()).addSteps(name, targets, act, context),
    connect: async (name, from, to, act) =>
      (await steps()).connectSteps(name, from, to, act, context),
    set: async (name, pairs, act) => (await steps()).setFields(name, pairs, act, context),
    removeStep: async (name, id, act) => (await steps()).removeOneStep(name, id, act, context),
    moveStep: async (name, id, position, act) =>
      (await steps()).moveOneStep(name, id, position, act, context),
    addStage: async (name, stage, act) => (await parts()).addOneStage(name, stage, act, context),
    addInput: async (name, spec, act) => (await parts()).addOneInput(name, spec, act, context),
    removeInput: async (name, input, act) =>
      (await parts()).removeOneInput(name, input, act, context),
    setWebhook: async (name, request, act) =>
      (await parts()).setWebhook(name, request, act, context),
  }
}
