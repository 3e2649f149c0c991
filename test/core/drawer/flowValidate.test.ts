import { expect, test } from 'bun:test'
import { validateDrawer } from '#core/drawer/validate/drawer.ts'
import { drawerOf, near } from '../../helpers/drawers.ts'

type Json = Record<string, unknown>

/** Everything a flow may have. */
function board(change: (flow: { stages: Json[]; manager: Json } & Json) => void = () => {}): Json {
  const flow = {
    initial_stage: 'intake',
    manager: { agent: 'activation.manager', heartbeat_seconds: 300 },
    limits: { max_active_tasks: 3, max_runtime_seconds: 60, max_attempts_per_stage: 2 },
    stages: [
      {
        id: 'intake',
        title: 'Intake',
        manager: { agent: 'agent:tenant-a:intake-manager' },
        worker: { agent: 'activation.worker' },
        session_policy: { manager: 'new_attempt', worker: 'continue_stage' },
        triggers: [
          { kind: 'heartbeat', every_seconds: 60 },
          { kind: 'event', event_type: 'comment.added' },
        ],
        transitions: ['done'],
        retry: { limit: 2, backoff: 'exponential', initial_seconds: 1 },
        timeout_seconds: 900,
        concurrency: 2,
      },
      { id: 'done', title: 'Done' },
    ] as Json[],
  }
  change(flow)
  return { drawer_kind: 'flow', flow }
}

function messages(file: Json): string[] {
  return validateDrawer(drawerOf(file), near()).errors.map(({ message }) => message)
}

test('a full board is sound', () => {
  expect(messages(board())).toEqual([])
})

test.each<[string, Parameters<typeof board>[0], RegExp]>([
  ['no stages', (flow) => (flow.stages = []), /at least one stage/],
  [
    'a stage that stands twice',
    (flow) => flow.stages.push({ id: 'done', title: 'X' }),
    /duplicate stage id/,
  ],
  [
    'an id with capitals',
    (flow) => flow.stages.push({ id: 'Late', title: 'Late' }),
    /stage id "Late"/,
  ],
  ['an unknown first stage', (flow) => (flow['initial_stage'] = 'x'), /initial stage/],
  [
    'an unknown transition',
    (flow) => (flow.stages[0]!['transitions'] = ['x']),
    /unknown transition target/,
  ],
  [
    'a path as manager',
    (flow) => (flow.manager['agent'] = '../../manager'),
    /invalid manager agent reference/,
  ],
  [
    'a stage manager without agent',
    (flow) => (flow.stages[0]!['manager'] = {}),
    /invalid manager agent reference/,
  ],
  [
    'a sentence as worker',
    (flow) => (flow.stages[0]!['worker'] = { agent: 'not a ref' }),
    /invalid worker agent reference/,
  ],
  [
    'a policy that is none',
    (flow) => (flow.stages[0]!['session_policy'] = { manager: 'forever' }),
    /invalid manager session policy/,
  ],
  [
    'a worker policy that is none',
    (flow) => (flow.stages[0]!['session_policy'] = { worker: 'forever' }),
    /invalid worker session policy/,
  ],
  [
    'a magic trigger',
    (flow) => (flow.stages[0]!['triggers'] = [{ kind: 'magic' }]),
    /invalid stage trigger kind/,
  ],
  [
    'a heart that does not beat',
    (flow) => (flow.stages[0]!['triggers'] = [{ kind: 'heartbeat', every_seconds: 0 }]),
    /positive every_seconds/,
  ],
  [
    'a blank schedule',
    (flow) => (flow.stages[0]!['triggers'] = [{ kind: 'cron', cron: ' ' }]),
    /needs cron/,
  ],
  [
    'a webhook without id',
    (flow) => (flow.stages[0]!['triggers'] = [{ kind: 'webhook' }]),
    /needs hook_id/,
  ],
  [
    'a negative timeout',
    (flow) => (flow.stages[0]!['timeout_seconds'] = -1),
    /timeout_seconds must be positive/,
  ],
  [
    'a negative concurrency',
    (flow) => (flow.stages[0]!['concurrency'] = -1),
    /concurrency must be positive/,
  ],
  ['a negative limit', (flow) => (flow['limits'] = { max_active_tasks: -1 }), /max_active_tasks/],
  ['a negative heartbeat', (flow) => (flow.manager['heartbeat_seconds'] = -1), /heartbeat_seconds/],
  ['an empty title', (flow) => (flow.stages[1]!['title'] = ''), /title/],
  [
    'a retry that is none',
    (flow) => (flow.stages[0]!['retry'] = { backoff: 'wild' }),
    /backoff "wild"/,
  ],
  ['negative retries', (flow) => (flow.stages[0]!['retry'] = { limit: -1 }), /retry limit/],
  [
    'a negative first delay',
    (flow) => (flow.stages[0]!['retry'] = { initial_seconds: -1 }),
    /initial_seconds/,
  ],
])('%s is the one thing reported', (_, change, message) => {
  const found = messages(board(change))
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(message)
})

test('steps, even none, do not belong to a flow', () => {
  expect(messages({ ...board(), steps: [] })).toEqual(['flow drawer cannot define steps'])
})

test('what a flow ignores is no problem', () => {
  const ignored = {
    inputs: [{ name: 'a', type: 'x' }],
    triggers: [{ kind: 'x' }],
    on_error: { drawer: 'gone' },
  }
  expect(messages({ ...board(), ...ignored })).toEqual([])
})

test('problems come in the order of the rules, each with its stage', () => {
  const file = {
    schema_version: 1,
    ...board((flow) => {
      flow['limits'] = { max_attempts_per_stage: -1, max_active_tasks: -1 }
      flow.stages[1]!['title'] = ''
    }),
  }
  const { errors } = validateDrawer(drawerOf(file), near())
  expect(errors.map(({ path, step_id }) => [path, step_id])).toEqual([
    ['schema_version', undefined],
    ['flow.limits.max_active_tasks', undefined],
    ['flow.limits.max_attempts_per_stage', undefined],
    ['flow.stages.done.title', 'done'],
  ])
})
