import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'

/** A drawer with a required input, a step that misses an argument, and two runs. */
function release(): Home {
  const args = [{ name: 'version', type: 'string', required: true }]
  const home = homeWith({ buttons: { build: 'echo', ship: { code: 'echo', spec: { args } } } })
  home.write(
    'data/drawers/release/drawer.json',
    JSON.stringify({
      schema_version: 2,
      drawer_kind: 'action',
      name: 'release',
      description: 'Ships',
      inputs: [{ name: 'env', type: 'string', required: true }],
      steps: [
        { id: 'build', button: 'build' },
        { id: 'ship', button: 'ship', args: { other: '${inputs.gone}' } },
      ],
    }),
  )
  run(home, '2026-05-02T09-00-00Z', { status: 'ok', steps: [] })
  run(home, '2026-05-02T10-00-00Z', {
    status: 'failed',
    error_type: 'SCRIPT_ERROR',
    steps: [
      { id: 'build', status: 'ok', duration_ms: 5 },
      {
        id: 'ship',
        status: 'error',
        duration_ms: 7,
        error: { code: 'SCRIPT_ERROR', message: 'no' },
      },
    ],
  })
  return home
}

function run(home: Home, stem: string, record: Record<string, unknown>): void {
  const started_at = stem.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')
  const times = { started_at, finished_at: started_at, duration_ms: 12, run_id: '0123456789abcdef' }
  home.write(
    `data/drawers/release/pressed/${stem}.json`,
    JSON.stringify({ drawer_name: 'release', ...times, ...record }),
  )
}

test('a drawer is shown with what is wrong and how it went', async () => {
  await buttons('drawer Release')
    .in(release())
    .expect({
      data: {
        schema_version: 2,
        name: 'release',
        version: '',
        drawer_kind: 'action',
        description: 'Ships',
        inputs: [{ name: 'env', type: 'string', required: true }],
        steps: [{ id: 'build' }, { id: 'ship' }],
        flow: null,
        topology: 'build → ship',
        validation: {
          ok: false,
          errors: [
            {
              severity: 'error',
              code: 'REF_INPUT',
              step_id: 'ship',
              arg: 'other',
              ref: 'inputs.gone',
              path: 'ship.args.other',
              message: expect.stringContaining('unknown input'),
              remediation: expect.stringContaining('drawer release input add gone'),
            },
          ],
          warnings: [{ code: 'ARG_MISSING', step_id: 'ship', arg: 'version' }],
        },
        recent_runs: [
          {
            run_id: '0123456789abcdef',
            status: 'failed',
            duration_ms: 12,
            started_at: '2026-05-02T10:00:00.000Z',
            error_type: 'SCRIPT_ERROR',
          },
          { status: 'ok' },
        ],
        triggers: [],
      },
    })
})

test('the word summary and a plan of it show the same', async () => {
  const home = release()
  const bare = await buttons('drawer release').in(home)
  await buttons('drawer release summary').in(home).expect({ stdout: bare.stdout })
  await buttons('drawer release --summary').in(home).expect({ stdout: bare.stdout })
})

test('a drawer that never ran has an empty list of runs', async () => {
  const home = homeWith({})
  await buttons('drawer create probe').in(home).data()
  await buttons('drawer probe --json')
    .in(home)
    .expect({ stdout: /"recent_runs": \[\]/ })
})

test('people read lines', async () => {
  await buttons('drawer release --no-json')
    .in(release())
    .expect({
      stdout:
        /^release {2}action\nShips\nsteps {5}build → ship\ninput {5}env \(string, required\)\nsound {5}no\n {2}✗ ship\.args\.other: unknown input[\s\S]*run {7}.*failed · SCRIPT_ERROR {2}12ms\n/,
    })
})

test('a picture is Mermaid text in a pipe', async () => {
  const home = release()
  const data = await buttons('drawer release --graph').in(home).data()
  expect(data['mermaid']).toMatch(/^flowchart TD\n[\s\S]*class n1 failed\n$/)
  expect(data['run']).toEqual({
    run_id: '0123456789abcdef',
    status: 'failed',
    started_at: '2026-05-02T10:00:00.000Z',
  })
  await buttons('drawer release --graph --no-json')
    .in(home)
    .expect({ stdout: String(data['mermaid']) })
})

test('a picture is a tree on a terminal', async () => {
  await buttons('drawer release --graph')
    .in(release())
    .onTerminal()
    .expect({
      stdout:
        /^release {2}action, last run failed .*\n├─ ✓ build {2}button {2}5ms\n└─ ✗ ship {2}button {2}7ms {2}SCRIPT_ERROR: no\n$/,
    })
})
