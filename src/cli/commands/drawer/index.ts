// `buttons drawer …`: here is the table of its verbs. Rows hold words only; the code of a verb is
// loaded when it runs.

import { fail } from '#spec/errors.ts'
import { suggest } from '#core/text/suggest.ts'
import { type Call, defineCommand } from '../../command.ts'
import { takeModes } from '../../drawer/words.ts'
import type { VerbRow } from '../../drawer/verb.ts'
import { usageError } from '../../flags.ts'

export const verbs: readonly VerbRow[] = [
  {
    words: ['create'],
    first: true,
    usage: 'create NAME [--kind action|flow] [--description TEXT]',
    summary: 'Make a drawer',
    load: () => import('./create.ts'),
  },
  {
    words: ['list'],
    aliases: ['ls'],
    first: true,
    usage: 'list',
    summary: 'List all drawers',
    load: () => import('./list.ts'),
  },
  {
    words: ['schema'],
    first: true,
    usage: 'schema',
    summary: 'Print the JSON Schema of drawer.json',
    load: () => import('./schema.ts'),
  },
  {
    words: ['remove'],
    aliases: ['rm'],
    first: true,
    usage: 'remove NAME',
    summary: 'Delete a drawer with its history',
    load: () => import('./remove.ts'),
  },
  {
    words: ['summary'],
    usage: 'NAME [summary] [--graph]',
    summary: 'Show a drawer, whether it is sound, and its last runs; --graph draws it',
    load: () => import('./summary.ts'),
  },
  {
    words: ['add'],
    usage: 'NAME add BUTTON|drawer/OTHER|for_each:BUTTON|wait:DURATION…',
    summary: 'Append steps',
    load: () => import('./add.ts'),
  },
  {
    words: ['connect'],
    usage: 'NAME connect FROM.output.FIELD to STEP.args.NAME, or FROM to STEP',
    summary: 'Wire an output to an argument',
    load: () => import('./connect.ts'),
  },
  {
    words: ['set'],
    usage: 'NAME set STEP.FIELD=VALUE… (or description=, return.NAME=, on_error.drawer=, flow.…=)',
    summary: 'Change fields; all pairs or none',
    load: () => import('./set.ts'),
  },
  {
    words: ['move'],
    usage: 'NAME move STEP POSITION',
    summary: 'Move a step; positions count from 0',
    load: () => import('./move.ts'),
  },
  {
    words: ['remove-step'],
    usage: 'NAME remove-step STEP',
    summary: 'Take a step out',
    load: () => import('./removeStep.ts'),
  },
  {
    words: ['input'],
    usage: 'NAME input add NAME:TYPE:required|optional, or input remove NAME',
    summary: 'Declare inputs',
    load: () => import('./input.ts'),
  },
  {
    words: ['stage'],
    usage: 'NAME stage add ID [--title TEXT] [--system-prompt TEXT]',
    summary: 'Append a stage to a flow drawer',
    load: () => import('./stage.ts'),
  },
  {
    words: ['trigger'],
    usage: 'NAME trigger webhook [PATH] [--auth none|basic|header|jwt] …',
    summary: 'Start the drawer from a webhook',
    load: () => import('./trigger.ts'),
  },
  {
    words: ['press'],
    usage:
      'NAME press [KEY=VALUE…] [--mode sequential|parallel] [--on-failure stop|continue] ' +
      '[--concurrency N] [--webhook-body JSON|@FILE|TEXT]',
    summary: 'Run the drawer; --summary shows what that would do',
    load: () => import('./press.ts'),
  },
  {
    words: ['logs'],
    usage: 'NAME logs [--failed] [--limit N]',
    summary: 'Past runs, newest first',
    load: () => import('./logs.ts'),
  },
  {
    words: ['rename'],
    usage: 'NAME rename NEW',
    summary: 'Rename the drawer, also where other drawers name it',
    load: () => import('./rename.ts'),
  },
  {
    words: ['remove'],
    aliases: ['rm'],
    usage: 'NAME remove',
    summary: 'Delete the drawer with its history',
    load: () => import('./remove.ts'),
  },
]

export const command = defineCommand({
  args: {},
  ownGrammar: true,
  examples: [
    'drawer create release --description "Build, test and ship"',
    'drawer release add build test ship',
    'drawer release connect build.output.version to ship.args.version',
    'drawer release set ship.on_failure.action=retry ship.on_failure.max_attempts=3',
    'drawer release --graph',
  ],
  run: async (call) => {
    const { words, summary, help } = takeModes(call.words)
    const [first, ...rest] = words
    if (help || first === undefined) return call.out.raw(helpText())
    if (first.startsWith('-'))
      throw usageError(`unknown flag: ${first}`, { hint: 'buttons drawer --help' })
    const row = verbs.find((one) => one.first && answersTo(one, first))
    if (row) return runVerb(row, { name: '', verb: first, words: rest, summary }, call)
    return runNamed(first, rest, summary, call)
  },
})

interface Parsed {
  name: string
  verb: string
  words: readonly string[]
  summary: boolean
}

function answersTo({ words, aliases }: VerbRow, word: string): boolean {
  return words[0] === word || aliases?.includes(word) === true
}

async function runNamed(name: string, words: readonly string[], summary: boolean, call: Call) {
  const [verb, ...rest] = words
  const bare = verb === undefined || verb.startsWith('-')
  const row = verbs.find((one) => !one.first && answersTo(one, bare ? 'summary' : verb))
  if (!row) throw await unknownVerb(name, verb ?? '', call)
  const parsed = { name, verb: bare ? 'summary' : verb, words: bare ? words : rest, summary }
  return runVerb(row, parsed, call)
}

// A drawer that is not there is the nearer mistake.
async function unknownVerb(name: string, verb: string, { app, out }: Call) {
  await (await app.drawers((message) => out.warn(message))).insist(name)
  const known = verbs.filter((row) => !row.first).flatMap((row) => row.words)
  const near = suggest(verb, known)
  return fail('UNKNOWN_VERB', `Cannot do "${verb}" with drawer "${name}": no such verb`, {
    hint: near
      ? `Did you mean "${near}"? Verbs: ${known.join(', ')}`
      : `Verbs: ${known.join(', ')}`,
  })
}

async function runVerb(row: VerbRow, parsed: Parsed, call: Call) {
  const { app, out, noInput } = call
  const { verb } = await row.load()
  return verb.run({
    ...parsed,
    app,
    out,
    author: () => app.drawers((message) => out.warn(message)),
    act: parsed.summary ? 'plan' : 'do',
    usage: row.usage,
    noInput,
    stop: () => call.stop(),
    hurry: () => call.hurry(),
  })
}

function helpText(): string {
  const rows = verbs.map(({ usage, summary }) => `  buttons drawer ${usage}\n      ${summary}`)
  const text = ['Drawers are workflows: steps that press buttons and hand values on.', ...rows]
  return `${text.join('\n\n')}\n`
}
