import { expect, test } from 'bun:test'
import { formatMermaid } from '#core/drawer/picture/mermaid.ts'
import { formatTree } from '#core/drawer/picture/tree.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import { drawerOf } from '../../helpers/drawers.ts'

const main = drawerOf({
  triggers: [{ kind: 'webhook', path: '/go' }],
  on_error: { drawer: 'clean-up' },
  steps: [
    { id: 'build', button: 'build' },
    {
      id: 'each',
      kind: 'for_each',
      over: '${build.output.names}',
      as: 'n',
      steps: [{ id: 'greet', button: 'greeter' }],
    },
    {
      id: 'route',
      kind: 'switch',
      cases: [
        {
          id: 'prod',
          when: "build.output.env == 'prod'",
          steps: [{ id: 'ship', kind: 'drawer', drawer: 'release' }],
        },
      ],
      steps: [{ id: 'rest', kind: 'wait', duration: '1s' }],
    },
  ],
})

const run = {
  drawer_name: 'main',
  run_id: '0123456789abcdef',
  started_at: '2026-05-02T09:00:00Z',
  finished_at: '2026-05-02T09:00:02Z',
  duration_ms: 2000,
  status: 'failed',
  steps: [
    { id: 'build', status: 'ok', duration_ms: 320 },
    {
      id: 'each',
      status: 'failed',
      duration_ms: 12_000,
      error: { code: 'FOREACH_ITEM_FAILED', message: 'iteration 0\nfailed' },
    },
  ],
} as DrawerRun

test('a tree shows bodies, branches and how the last run went', () => {
  expect(formatTree(main, run, Date.parse('2026-05-02T09:02:00Z'))).toBe(
    `main  action, last run failed 2m ago (2000ms)
├─ ✓ build  button  320ms
├─ ✗ each  for_each n in \${build.output.names}  12s  FOREACH_ITEM_FAILED: iteration 0 failed
│  └─ · greet  button greeter
└─ · route  switch
   ├─ prod: when build.output.env == 'prod'
   │  └─ · ship  drawer release
   └─ default
      └─ · rest  wait 1s
on error: clean-up
`,
  )
})

test('a tree of a drawer that never ran says so', () => {
  expect(formatTree(drawerOf({ steps: [] }), undefined, 0)).toBe('main  action, never run\n')
})

test('a picture connects steps in order and draws what they read', () => {
  expect(formatMermaid(main, run)).toBe(`flowchart TD
  hook(["POST /go"])
  n0["build<br/>button"]
  hook --> n0
  n1[/"each<br/>for_each n in #36;#123;build.output.names#125;"/]
  subgraph n1g0["each"]
  n2["greet<br/>button greeter"]
  end
  n1 --- n1g0
  n0 --> n1
  n3{"route<br/>switch"}
  subgraph n3g0["prod: when build.output.env == 'prod'"]
  n4[["ship<br/>drawer release"]]
  end
  n3 --- n3g0
  subgraph n3g1["default"]
  n5(["rest<br/>wait 1s"])
  end
  n3 --- n3g1
  n1 --> n3
  n0 -.-> n3
  onerror[["on error: clean-up"]]
  n3 -. on error .-> onerror
  classDef ok fill:#d3f4dc,stroke:#1a7f37,color:#0b3d1b
  class n0 ok
  classDef failed fill:#ffd7d5,stroke:#cf222e,color:#5c0a10
  class n1 failed
`)
})

const board = drawerOf({
  drawer_kind: 'flow',
  flow: {
    initial_stage: 'a',
    stages: [
      { id: 'a', title: 'Work "now"', transitions: ['b', 'gone'] },
      { id: 'b', title: 'Done' },
    ],
  },
})

test('stages are drawn with their transitions', () => {
  expect(formatMermaid(board)).toBe(
    'flowchart TD\n  s0["Work #34;now#34;"]\n  s1["Done"]\n  start((start)) --> s0\n  s0 --> s1\n',
  )
  expect(formatTree(board, undefined, 0)).toBe(
    'main  flow, never run\n├─ ▶ a  Work "now"  → b, gone\n└─ · b  Done\n',
  )
})

test('texts from files cannot break out of a picture or move the cursor', () => {
  const odd = drawerOf({ steps: [{ id: 'a"]\n  x[\u001b[31m', button: 'b' }] })
  expect(formatMermaid(odd)).toBe('flowchart TD\n  n0["a#34;#93; x#91;#27;#91;31m<br/>button b"]\n')
  expect(formatTree(odd, undefined, 0)).toBe(
    'main  action, never run\n└─ · a"]   x[ [31m  button b\n',
  )
})
