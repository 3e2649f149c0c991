// The path of one invocation: find the row, load that one command, read its words, run it, turn
// whatever comes back into output and an exit status.

import { build } from '#spec/build.ts'
import { Failure } from '#spec/errors.ts'
import type { App } from '../app.ts'
import { bindArgs } from './bind.ts'
import { wantsColor } from './color.ts'
import type { Command } from './command.ts'
import { type Parsed, parseFlags, usageError } from './flags.ts'
import { wantsJson, wantsJsonLoosely } from './mode.ts'
import { mayUpdateLater } from './passive.ts'
import { openPrinter, type Output } from './printer.ts'
import { reportError } from './report.ts'
import { type Resolved, resolve, rootArgs, rowsBelow } from './resolve.ts'
import { listenForStops, type Stops } from './stops.ts'
import type { Row } from './table.ts'

/** Runs one command line; resolves to the exit status and never rejects. */
export async function dispatch(argv: readonly string[], app: App): Promise<number> {
  const stage = openStage(argv, app)
  try {
    const status = await perform(argv, stage)
    return stage.stops.exitStatus() ?? status
  } catch (error) {
    const status = reportError(error, stage.out, app.host.terminal)
    return stage.stops.exitStatus() ?? status
  } finally {
    stage.stops.forget()
    await app.settle()
  }
}

/** What the parts of one invocation share; `out` is set up again once the words are understood. */
interface Stage {
  readonly app: App
  readonly stops: Stops
  readonly color: boolean
  json: boolean
  out: Output
}

function openStage(argv: readonly string[], app: App): Stage {
  const { env, terminal, signals } = app.host
  const color = wantsColor(env)
  const json = wantsJson(argv, terminal.stdoutIsTerminal)
  const out = openPrinter(terminal, { json, color })
  return { app, stops: listenForStops(signals), color, json, out }
}

async function perform(argv: readonly string[], stage: Stage): Promise<number> {
  const found = await resolve(argv)
  const command = (await found.row.load?.())?.command ?? bareGroup
  const parsed = await readWords(found, command, stage.app)
  chooseOutput(found, command, parsed, stage)
  if (command.endsBySignal) stage.stops.expectOne()
  if (found.strayVerb !== undefined) await mentionStray(found.row, found.strayVerb, stage)
  if (parsed.values['help'] === true) return showHelp(found, command, stage)
  if (parsed.values['version'] === true && found.atRoot) {
    stage.out.raw(`buttons version ${build.version}\n`)
    return 0
  }
  if (command === bareGroup) return showHelp(found, command, stage)
  const status = await runCommand(found, command, parsed, stage)
  if (mayUpdateLater(found.row, stage.app.host)) await stage.app.updateLater()
  return status
}

// A group without a command of its own shows its help.
const bareGroup: Command = { args: {}, run: async () => 0 }

// A mistake in the words does not keep somebody from the help they asked for in the same line.
async function readWords(found: Resolved, command: Command, app: App): Promise<Parsed> {
  const { words, atRoot } = found
  if (command.ownGrammar) return { values: {}, positionals: [] }
  try {
    return parseFlags(words, atRoot ? { ...rootArgs, ...command.args } : command.args)
  } catch (error) {
    const end = words.indexOf('--')
    const asked = words.slice(0, end < 0 ? undefined : end)
    if (asked.includes('--help') || asked.includes('-h'))
      return { values: { help: true }, positionals: [] }
    throw await blame(error, found, app)
  }
}

// A flag nobody knows matters less than the command that nobody knows.
async function blame(error: unknown, found: Resolved, app: App): Promise<unknown> {
  if (found.strayVerb !== undefined) return usageError(strayMessage(found.row, found.strayVerb))
  if (found.name === undefined) return error
  const { describeTypo } = await import('./typo.ts')
  return (await describeTypo(found.name, app)) ?? error
}

function chooseOutput(found: Resolved, command: Command, parsed: Parsed, stage: Stage): void {
  const { terminal } = stage.app.host
  stage.json = command.ownGrammar
    ? wantsJsonLoosely(found.words, terminal.stdoutIsTerminal)
    : parsed.values['json'] === true || !terminal.stdoutIsTerminal
  const { json, color } = stage
  stage.out = openPrinter(terminal, { json, color, failurePrefix: command.failurePrefix })
}

function strayMessage(row: Row, verb: string): string {
  return `unknown command "${verb}" for "buttons ${row.path.join(' ')}"`
}

// Groups do what they do without a verb (cli.md 8); what was meant is said beside it.
async function mentionStray(row: Row, verb: string, { out }: Stage): Promise<void> {
  const { suggest } = await import('#core/text/suggest.ts')
  const near = suggest(
    verb,
    rowsBelow(row.path).flatMap(({ path, aliases }) => [path.at(-1)!, ...(aliases ?? [])]),
  )
  out.warn(strayMessage(row, verb) + (near === undefined ? '' : `; did you mean "${near}"?`))
}

async function showHelp({ row, atRoot }: Resolved, command: Command, stage: Stage) {
  const { renderHelp, renderRootHelp } = await import('./help.ts')
  const { stdoutIsTerminal } = stage.app.host.terminal
  const color = stage.color && stdoutIsTerminal
  stage.out.raw(atRoot ? await renderRootHelp(color) : await renderHelp(row, command, color))
  return 0
}

async function runCommand(
  found: Resolved,
  command: Command,
  parsed: Parsed,
  { app, out, json, stops }: Stage,
): Promise<number> {
  const { values } = parsed
  const stray = found.strayVerb !== undefined
  const call = {
    args: bindArgs(found.row, stray || found.atRoot ? lenient(command) : command, parsed),
    words: found.words,
    app,
    out,
    summary: values['summary'] === true,
    noInput: json || values['no-input'] === true,
    stop: stops.signal,
    hurry: stops.hurry,
  }
  try {
    return (await command.run(call)) ?? 0
  } catch (error) {
    const missing = found.name && error instanceof Failure && error.code === 'NOT_FOUND'
    throw missing ? await blame(error, found, app) : error
  }
}

// Groups and `buttons NAME` ignore further words (cli.md 7.1, 8).
function lenient(command: Command): Command {
  return { ...command, ignoresExtraWords: true }
}
