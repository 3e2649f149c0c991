// The drawers of the crash matrix: one for each way in which steps follow each other.

import { writeButton, writeDrawer } from '../../bench/homes.ts'

export interface DrawerCase {
  /** By name; `main` is pressed. */
  drawers: Record<string, object>
  /** Words of the press behind the name. */
  flags?: readonly string[]
  /** The run lives apart from its caller. */
  detached?: true
  /** A run that died is not resumed; another one takes over what it had done. */
  retried?: true
  /** So many scripts may be at work at one time; 1 unless told. */
  branches?: number
}

// What is done goes into the ledger with its key, and has its effect by that key: a file that can be
// made only once. Between them there is time to die.
const act = `echo "$BUTTONS_STEP $BUTTONS_IDEMPOTENCY_KEY" >> ledger
sleep 0.005
(set -C; : > "effects/$BUTTONS_IDEMPOTENCY_KEY") 2> /dev/null
`
const answer = `echo "{\\"did\\":\\"$BUTTONS_STEP\\"}"\n`

const buttons: Readonly<Record<string, string>> = {
  note: act + answer,
  // Fails when it is tried for the first time.
  flaky: `${act}if mkdir "marks/$BUTTONS_IDEMPOTENCY_KEY" 2> /dev/null; then exit 3; fi\n${answer}`,
  broken: `${act}exit 3\n`,
  gate: `${act}: > here
while [ ! -e gate ]; do sleep 0.01; done
${answer}`,
}

const args = ['after', 'other'].map((name) => ({ name, type: 'string' }))

export async function writeCase(home: string, { drawers }: DrawerCase): Promise<void> {
  for (const [name, code] of Object.entries(buttons)) await writeButton(home, name, code, { args })
  for (const [name, drawer] of Object.entries(drawers)) await writeDrawer(home, name, drawer)
}

const note = (id: string, more: object = {}) => ({ id, kind: 'button', button: 'note', ...more })
const notes = (count: number) => Array.from({ length: count }, (_, n) => note(`s${n}`))
const after = (id: string) => ({ args: { after: `\${${id}.output.did}` } })
const sub = (id: string) => ({ id, kind: 'drawer', drawer: 'child' })
const retry = {
  on_failure: {
    action: 'retry',
    max_attempts: 3,
    backoff: { strategy: 'fixed', initial_ms: 15 },
  },
}

const chain = { main: { steps: notes(20) } }
const child = { steps: notes(3), return: { last: '${s2.output.did}' } }
const loop = (parallelism: number) => ({
  main: {
    steps: [
      note('first'),
      {
        id: 'each',
        kind: 'for_each',
        over: '${[1, 2, 3, 4, 5, 6, 7, 8, 9]}',
        parallelism,
        steps: [note('x'), note('y', after('x'))],
      },
      note('last', { args: { after: '${each.output.total}' } }),
    ],
  },
})

/** A little of each, and a gate in front of the last step. */
export const everything = {
  drawers: {
    main: {
      steps: [
        note('first'),
        sub('one'),
        { id: 'pause', kind: 'wait', duration: '5ms' },
        { ...note('tried'), button: 'flaky', ...retry },
        {
          id: 'each',
          kind: 'for_each',
          over: '${[1, 2, 3]}',
          parallelism: 2,
          steps: [note('x'), note('y', after('x'))],
        },
        {
          id: 'choose',
          kind: 'switch',
          cases: [{ when: 'each.output.total == 3', id: 'three', steps: [note('x'), sub('in')] }],
        },
        { ...note('last'), button: 'gate' },
      ],
    },
    child,
  },
} satisfies DrawerCase

export const drawerCases = {
  chain: { drawers: chain },
  fan: {
    drawers: {
      main: {
        steps: [
          note('start'),
          ...Array.from({ length: 9 }, (_, n) => note(`left${n}`, after('start'))),
          ...Array.from({ length: 8 }, (_, n) => note(`right${n}`, after(`left${n}`))),
          note('join', { args: { after: '${right0.output.did}', other: '${right7.output.did}' } }),
          note('end', after('join')),
        ],
      },
    },
    flags: ['--mode', 'parallel', '--concurrency', '4'],
    branches: 4,
  },
  loop: { drawers: loop(1) },
  crowd: { drawers: loop(4), branches: 4 },
  nested: {
    drawers: {
      main: {
        steps: [
          note('before'),
          sub('one'),
          { id: 'each', kind: 'for_each', over: '${[1, 2]}', steps: [sub('in')] },
          {
            id: 'choose',
            kind: 'switch',
            cases: [{ when: 'each.output.total == 2', id: 'two', steps: [note('x'), sub('in')] }],
          },
          note('after', { args: { after: '${one.output.last}' } }),
        ],
      },
      child,
    },
  },
  waits: {
    drawers: {
      main: {
        steps: Array.from({ length: 5 }, (_, n) => [
          note(`s${n}`),
          { id: `w${n}`, kind: 'wait', duration: '60ms' },
        ]).flat(),
      },
    },
  },
  retries: {
    drawers: {
      main: {
        steps: Array.from({ length: 8 }, (_, n) => ({
          ...note(`s${n}`),
          button: 'flaky',
          ...retry,
        })),
      },
    },
  },
  handler: {
    drawers: {
      main: {
        steps: [...notes(4), { ...note('fails'), button: 'broken' }],
        on_error: { drawer: 'child' },
      },
      child,
    },
  },
  apart: { drawers: chain, detached: true },
  retried: { drawers: chain, retried: true },
  disk: { drawers: chain, flags: ['--durability', 'disk'] },
} satisfies Record<string, DrawerCase>
