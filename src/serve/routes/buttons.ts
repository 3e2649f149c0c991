// Buttons: their list, one of them, its runs.

import { publicSpec } from '#core/serve/publicSpec.ts'
import { fail } from '#spec/errors.ts'
import { answer } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import type { Route } from '../route.ts'
import { answerRuns } from './targetRuns.ts'

export function buttonRoutes(hosting: Hosting): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/buttons',
      auth: 'key',
      surface: 'api',
      operation: { id: 'listButtons', summary: 'List all buttons', answer: 'Buttons' },
      handle: () => listButtons(hosting),
    },
    {
      method: 'GET',
      path: '/api/buttons/{name}',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'getButton',
        summary: 'Show one button',
        answer: 'Button',
        statuses: [400, 404],
      },
      handle: async ({ params }) => answer(publicSpec(await getButton(params['name']!, hosting))),
    },
    {
      method: 'GET',
      path: '/api/buttons/{name}/runs',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'listButtonRuns',
        summary: 'List the newest runs of a button',
        query: 'targetRuns',
        answer: 'Runs',
        statuses: [400, 404],
      },
      handle: (call) => answerRuns('button', (name) => getButton(name, hosting), call, hosting),
    },
  ]
}

async function listButtons({ store, log }: Hosting): Promise<Response> {
  const { buttons, unreadable } = await store.buttons.list()
  for (const { why } of unreadable) log.warn(why)
  return answer({ buttons: buttons.map(({ button }) => publicSpec(button)) })
}

async function getButton(name: string, { store }: Hosting) {
  const stored = await store.buttons.find(name)
  if (stored) return stored.button
  throw fail('NOT_FOUND', `Cannot show "${name}": no such button`)
}
