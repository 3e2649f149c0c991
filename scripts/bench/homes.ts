// Data directories to measure on, written as files so that every implementation can read them.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function emptyHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'buttons-bench-'))
}

/** Writes trivial shell buttons `b0` … with a folder each. */
export async function writeButtons(home: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await writeButton(home, `b${n}`, 'echo ok\n')
}

export async function writeButton(
  home: string,
  name: string,
  code: string,
  more: object = {},
): Promise<void> {
  const folder = await writeSpec(home, name, { runtime: 'shell', ...more })
  await writeFile(join(folder, 'main.sh'), code, { mode: 0o700 })
}

/** Gives a button that was written before what starts it without a person. */
export async function writeTriggers(home: string, name: string, triggers: object[]): Promise<void> {
  const path = join(home, 'buttons', name, 'button.json')
  const spec = (await Bun.file(path).json()) as object
  const dated = triggers.map((one) => ({ ...one, created_at: '2026-01-01T00:00:00Z' }))
  await writeFile(path, JSON.stringify({ ...spec, triggers: dated }, null, 2), { mode: 0o600 })
}

/** Writes a button that asks an address of this machine. */
export async function writeHttpButton(home: string, name: string, url: string): Promise<void> {
  await writeSpec(home, name, { runtime: 'http', url, allow_private_networks: true })
}

async function writeSpec(home: string, name: string, more: object): Promise<string> {
  const folder = join(home, 'buttons', name)
  await mkdir(join(folder, 'pressed'), { recursive: true, mode: 0o700 })
  const spec = {
    schema_version: 2,
    name,
    version: '1',
    env: {},
    timeout_seconds: 300,
    mcp_enabled: false,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...more,
  }
  await writeFile(join(folder, 'button.json'), JSON.stringify(spec, null, 2), { mode: 0o600 })
  return folder
}

/** Writes a drawer `chain` that presses one trivial button so many times, one after the other. */
export async function writeChain(home: string, steps: number): Promise<void> {
  await writeButton(home, 'b0', 'echo ok\n')
  const one = (n: number) => ({ id: `s${n}`, kind: 'button', button: 'b0' })
  await writeDrawer(home, 'chain', { steps: Array.from({ length: steps }, (_, n) => one(n)) })
}

/** Writes an action drawer; `more` are its steps and whatever else it has. */
export async function writeDrawer(home: string, name: string, more: object): Promise<void> {
  const folder = join(home, 'drawers', name)
  await mkdir(join(folder, 'pressed'), { recursive: true, mode: 0o700 })
  const drawer = {
    schema_version: 2,
    name,
    drawer_kind: 'action',
    version: '1',
    ...more,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  }
  await writeFile(join(folder, 'drawer.json'), JSON.stringify(drawer, null, 2), { mode: 0o600 })
}

/** Spreads `count` records over the buttons of a home, one a minute, oldest first. */
export async function writeRecords(home: string, count: number, buttons: number): Promise<void> {
  const first = Date.parse('2026-01-01T00:00:00Z')
  for (let n = 0; n < count; n++) {
    const name = `b${n % buttons}`
    const time = `${new Date(first + n * 60_000).toISOString().slice(0, 19)}Z`
    const path = join(home, 'buttons', name, 'pressed', `${time.replaceAll(':', '-')}.json`)
    await Bun.write(path, record(name, time))
  }
}

function record(name: string, time: string): string {
  return JSON.stringify({
    button: name,
    pressed_at: time,
    exit_code: 0,
    stdout: 'ok\n',
    stderr: '',
    duration_ms: 1,
    button_name: name,
    started_at: time,
    finished_at: time,
    status: 'ok',
  })
}
