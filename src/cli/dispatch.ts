// The path of one invocation: find the row, load that one command, read its words, run it, turn
// whatever comes back into output and an exit status.

import { errorCodes, Failure, fail } from '#spec/errors.ts'
import type { StopSignal } from '#host/host.ts'
import type { App } from '../app.ts'
import type { Args, Command } from './command.ts'
import { parseFlags } from './flags.ts'
import { openPrinter, type Output } from './printer.ts'
import { type Row, table } from './table.ts'

/** Runs one command line; resolves to the exit status and never rejects. */
export async function dispatch(argv: readonly string[], app: App): Promise<number> {
  const json = wantsJson(argv, app)
  const out = openPrinter(app.host.terminal, json)
  const stops = listenForStops(app)
  try {
    const status = await runCommand(argv, app, out, json, stops)
    return stops.exitStatus() ?? status
  } catch (error) {
    return stops.exitStatus() ?? reportError(error, app, out, json)
  } finally {
    stops.forget()
    await app.settle()
  }
}

// JSON whenever stdout is not a terminal; --json forces it, and nothing switches it off.
function wantsJson(argv: readonly string[], app: App): boolean {
  const flags = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
  if (flags.some((word) => /^--json(=(1|t|T|TRUE|true|True))?$/.test(word))) return true
  return !app.host.terminal.stdoutIsTerminal
}

async function runCommand(
  argv: readonly string[],
  app: App,
  out: Output,
  json: boolean,
  stops: Stops,
): Promise<number> {
  const found = findRow(argv)
  if (!found?.row.load) throw fail('NOT_FOUND', `Cannot run "${argv.join(' ')}": no such command`)
  const { command } = await found.row.load()
  const parsed = command.ownGrammar
    ? { values: {}, positionals: [] }
    : parseFlags(found.rest, command.args)
  const status = await command.run({
    args: bindArgs(found.row, command, parsed.values, parsed.positionals),
    words: found.rest,
    app,
    out,
    summary: parsed.values['summary'] === true,
    noInput: json || parsed.values['no-input'] === true,
    stop: stops.signal,
  })
  return status ?? 0
}

interface Found {
  row: Row
  rest: string[]
}

// The longest row whose words come first; flags may stand between and before them.
function findRow(argv: readonly string[]): Found | undefined {
  let best: Found | undefined
  const plain = argv.flatMap((word, index) => (word.startsWith('-') ? [] : [index]))
  for (const row of table) {
    const matches = row.path.every((part, i) => {
      const word = argv[plain[i] ?? -1]
      return word === part || (i === row.path.length - 1 && row.aliases?.includes(word ?? ''))
    })
    if (!matches || (best && best.row.path.length >= row.path.length)) continue
    const used = new Set(plain.slice(0, row.path.length))
    best = { row, rest: argv.filter((_, index) => !used.has(index)) }
  }
  return best
}

function bindArgs(
  row: Row,
  command: Command,
  values: Record<string, unknown>,
  positionals: string[],
): Record<string, never> {
  const bound: Record<string, unknown> = { ...values }
  const rest = [...positionals]
  for (const [name, arg] of Object.entries(command.args)) {
    if (arg.type === 'boolean') bound[name] ??= false
    if (arg.type !== 'positional') continue
    if (arg.rest) {
      bound[name] = rest.splice(0)
      continue
    }
    bound[name] = rest.shift()
    if (bound[name] === undefined && arg.required !== false)
      throw countError(row, command.args, positionals.length)
  }
  if (rest.length > 0) throw countError(row, command.args, positionals.length)
  return bound as Record<string, never>
}

function countError(row: Row, args: Args, received: number): Failure {
  const expected = Object.values(args).filter((arg) => arg.type === 'positional').length
  return fail('VALIDATION_ERROR', `accepts ${expected} arg(s), received ${received}`, {
    hint: `buttons ${row.path.join(' ')} --help`,
  })
}

interface Stops {
  /** An abort signal for who wants to end cleanly; asking for it takes the signals over. */
  signal(): AbortSignal
  /** 130, 143 or 129 once a signal came. */
  exitStatus(): number | undefined
  forget(): void
}

const signalStatus: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
}

// Listening costs a little and changes what a signal does, so it starts when a command asks.
function listenForStops(app: App): Stops {
  const controller = new AbortController()
  let received: StopSignal | undefined
  let forget = () => {}
  let listening = false
  return {
    signal: () => {
      if (!listening) {
        listening = true
        forget = app.host.signals.onStop((signal) => {
          received ??= signal
          controller.abort(signal)
        })
      }
      return controller.signal
    },
    exitStatus: () => received && signalStatus[received],
    forget: () => forget(),
  }
}

function reportError(error: unknown, app: App, out: Output, json: boolean): number {
  const failure = error instanceof Failure ? error : unexpected(error)
  if (json && !(error instanceof Failure))
    app.host.terminal.writeError(`internal error: ${describe(error)}\n`)
  out.failure(failure)
  return errorCodes[failure.code].exit
}

function unexpected(error: unknown): Failure {
  return fail('INTERNAL_ERROR', 'Something went wrong inside buttons', { cause: error })
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
