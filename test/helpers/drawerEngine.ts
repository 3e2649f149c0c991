// The engine that runs drawers, by itself: drawers and buttons from memory, presses that are
// functions, and a clock whose time passes when nothing else can happen.

import { createHash } from 'node:crypto'
import { readDrawerFile } from '#core/drawer/read.ts'
import type { DrawerContext } from '#drawer/context.ts'
import { runDrawer } from '#drawer/run.ts'
import type { Button } from '#spec/button.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { Store, StoredButton, StoredDrawer } from '#store/store.ts'
import { type VirtualClock, virtualClock } from './virtualClock.ts'

/** What a fake press does with its request; a text is what it prints. */
export type FakePress = (
  request: PressRequest,
  clock: VirtualClock,
) => Promise<Partial<PressResult> | string> | Partial<PressResult> | string

export interface Setup {
  drawers: Record<string, Record<string, unknown>>
  buttons?: Record<string, Partial<Button>>
  press?: FakePress
  batteries?: Record<string, string>
  env?: Record<string, string>
  publicHost?: string
  /** Called with each event; what it throws is a journal that cannot be written. */
  onEvent?: (event: RunEvent) => void
}

export interface Engine {
  clock: VirtualClock
  events: RunEvent[]
  warnings: string[]
  records: DrawerRun[]
  /** Every press that was begun, in order. */
  presses: PressRequest[]
  /** Presses under way right now. */
  pressing: Set<PressRequest>
  press(name: string, request?: Partial<DrawerRequest>): Promise<DrawerResult>
}

export function openDrawerEngine(setup: Setup): Engine {
  const clock = virtualClock()
  const engine: Omit<Engine, 'press'> = {
    clock,
    events: [],
    warnings: [],
    records: [],
    presses: [],
    pressing: new Set(),
  }
  let ids = 0
  const context: DrawerContext = {
    store: memoryStore(setup, engine.records),
    clock,
    random: { bytes: (count) => new Uint8Array(count).fill(ids++ % 256) },
    env: setup.env ?? {},
    cpus: 4,
    press: (request) => fakePress(request, setup, engine),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    emit: (event) => {
      setup.onEvent?.(event)
      engine.events.push(event)
    },
    warn: (message) => void engine.warnings.push(message),
  }
  return {
    ...engine,
    press: (name, request = {}) =>
      clock.until(runDrawer({ name, inputs: {}, ...request }, context)),
  }
}

async function fakePress(
  request: PressRequest,
  setup: Setup,
  { presses, pressing, clock }: Omit<Engine, 'press'>,
): Promise<PressResult> {
  presses.push(request)
  pressing.add(request)
  const started = clock.monotonic()
  try {
    const made = await (setup.press ?? (() => ''))(request, clock)
    const partial = typeof made === 'string' ? { stdout: made } : made
    return {
      status: 'ok',
      exit_code: 0,
      stdout: '',
      stderr: '',
      duration_ms: Math.round(clock.monotonic() - started),
      button: request.name,
      started_at: '2026-05-02T09:00:00.000Z',
      run_id: '0000000000000000',
      ...partial,
    }
  } finally {
    pressing.delete(request)
  }
}

/** A press that takes this long, and ends at once when it is cancelled. */
export async function taking(
  ms: number,
  { signal }: PressRequest,
  clock: VirtualClock,
  then: Partial<PressResult> = {},
): Promise<Partial<PressResult>> {
  await clock.sleep(ms, signal)
  if (!signal?.aborted) return then
  return { status: 'cancelled', exit_code: -1, error_type: 'CANCELLED' }
}

/** A press that fails. */
export function failing(stderr = 'boom'): Partial<PressResult> {
  return { status: 'error', exit_code: 1, stderr, error_type: 'SCRIPT_ERROR' }
}

// Only what the engine asks for; anything else would be an error worth seeing.
function memoryStore(setup: Setup, records: DrawerRun[]): Store {
  const drawers = new Map(
    Object.entries(setup.drawers).map(([name, file]) => [name, storedDrawer(name, file)]),
  )
  const buttons = new Map(
    Object.entries(setup.buttons ?? {}).map(([name, button]) => [name, storedButton(name, button)]),
  )
  const store: unknown = {
    drawers: {
      find: async (name: string) => drawers.get(name),
      names: async () => [...drawers.keys()],
      list: async () => ({ drawers: [...drawers.values()], unreadable: [] }),
    },
    buttons: { find: async (name: string) => buttons.get(name) },
    batteries: { effective: async () => setup.batteries ?? {} },
    runs: {
      record: async (_: unknown, __: unknown, run: DrawerRun) => void records.push(run),
      find: async (runId: string) => records.find((run) => run.run_id === runId),
    },
    publicHost: async () => setup.publicHost ?? '',
    settle: async () => {},
  }
  return store as Store
}

function storedDrawer(name: string, keys: Record<string, unknown>): StoredDrawer {
  const file = { schema_version: 2, name, drawer_kind: 'action', ...keys }
  const read = readDrawerFile(file, name)
  if (!read.ok) throw new Error(read.why)
  return { ...read.value, directory: `/drawers/${name}` }
}

function storedButton(name: string, keys: Partial<Button>): StoredButton {
  const button: Button = {
    schema_version: 2,
    name,
    runtime: 'shell',
    env: {},
    timeout_seconds: 300,
    mcp_enabled: false,
    created_at: '2026-05-02T09:00:00Z',
    updated_at: '2026-05-02T09:00:00Z',
    ...keys,
  }
  return { button, directory: `/buttons/${name}`, codePath: `/buttons/${name}/main.sh` }
}
