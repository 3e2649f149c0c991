// `buttons history [NAME] [--all]`: the newest presses, of one button or of all, with `--all` also
// those that steps of drawers made.

import { slug } from '#core/name/slug.ts'
import type { Run } from '#spec/run.ts'
import { listStepPresses, type StepPress } from '#core/run/stepPresses.ts'
import type { RunPlace, RunQuery, Store } from '#store/store.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../format/table.ts'
import { formatUtcSecond } from '../format/time.ts'
import type { Output } from '../printer.ts'
import { findRemote, refuseRemotely, remoteArgs, type RemoteHost } from '../remote.ts'

const defaultLast = 20

export const command = defineCommand({
  args: {
    button: { type: 'positional', required: false, description: 'Only presses of this button' },
    last: {
      type: 'string',
      kind: 'int',
      valueHint: 'count',
      description: 'This many, 20 unless given; 0 for all',
    },
    all: { type: 'boolean', description: 'Also presses that steps of drawers made' },
    ...remoteArgs,
  },
  examples: ['history', 'history deploy --last 5', 'history deploy --all'],
  run: async ({ args, app, out }) => {
    const { button, last = defaultLast } = args
    const remote = await findRemote(args, app)
    if (remote) {
      refuseRemotely({ all: args.all })
      return answer(await listThere(remote, button, last), undefined, out)
    }
    const store = await app.store()
    const query: RunQuery = last > 0 ? { limit: last } : {}
    if (button !== undefined) query.target = { kind: 'button', name: slug(button) }
    const pressed = query.target?.name === '' ? [] : await store.runs.list(query)
    const runs = args.all ? await withSteps(pressed, query, store) : pressed
    const hint =
      button !== undefined && runs.length === 0
        ? await (await import('../missing.ts')).missingButtonHint(button, store)
        : undefined
    answer(runs, hint, out)
  },
})

function answer(runs: readonly Run[], hint: string | undefined, out: Output): void {
  out.answer(
    runs,
    (people) => {
      if (runs.length > 0) people.data(formatTable(head, runs.map(toCells)))
      else people.note(hint ?? 'No presses yet')
    },
    hint === undefined ? {} : { hint },
  )
}

function listThere(remote: RemoteHost, button: string | undefined, last: number): Promise<Run[]> {
  return remote.listHistory({
    ...(button !== undefined && { button: slug(button) }),
    ...(last > 0 && { limit: last }),
  })
}

async function withSteps(
  pressed: readonly Run[],
  { target, limit = Infinity }: RunQuery,
  store: Store,
): Promise<Run[]> {
  const made = await collectStepPresses(store, limit, target?.name)
  const newestFirst = (a: Run, b: Run) => Date.parse(b.started_at) - Date.parse(a.started_at)
  return [...pressed, ...made].sort(newestFirst).slice(0, limit)
}

/** The newest presses made by steps, as many as asked for and perhaps some more. */
async function collectStepPresses(
  { runs }: Store,
  limit: number,
  button: string | undefined,
): Promise<StepPress[]> {
  const found: StepPress[] = []
  let before: RunPlace | undefined
  for (;;) {
    const page = await runs.listStored({
      kinds: ['drawer'],
      limit: pageSize,
      ...(before && { before }),
    })
    for (const stored of page)
      if (stored.kind === 'drawer') found.push(...listStepPresses(stored.run, button))
    const last = page.at(-1)
    if (!last || page.length < pageSize || found.length >= limit) return found
    before = { startedMs: Date.parse(last.run.started_at), key: last.file }
  }
}

const pageSize = 50

const head = ['BUTTON', 'STATUS', 'EXIT', 'DURATION', 'STARTED']

function toCells(run: Run): string[] {
  return [
    run.button,
    run.status,
    String(run.exit_code),
    `${run.duration_ms}ms`,
    formatUtcSecond(run.started_at),
  ]
}
