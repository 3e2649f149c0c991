// Temporary homes: an empty data directory of its own, a working directory, and a clean environment.

import { afterAll } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Home {
  /** The temporary folder that holds everything of this home. */
  root: string
  /** The data directory, given to commands as BUTTONS_HOME. */
  data: string
  /** The working directory of commands. */
  cwd: string
  env: Record<string, string>
  /** Writes a file below the root; folders are made. */
  write(path: string, content: string | Uint8Array, mode?: number): string
  /** The text of a file below the root. */
  read(path: string): string
  /** The names in a folder below the root, sorted; empty when it is not there. */
  list(path: string): string[]
}

const roots: string[] = []
afterAll(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

/** An empty home. Its `data` does not exist until a command makes it. */
export function emptyHome(): Home {
  const root = mkdtempSync(join(tmpdir(), 'buttons-test-'))
  roots.push(root)
  const cwd = join(root, 'work')
  mkdirSync(cwd)
  const data = join(root, 'data')
  return {
    root,
    data,
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: root,
      BUTTONS_HOME: data,
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
    },
    write: (path, content, mode = 0o600) => {
      const full = join(root, path)
      // As the product makes them; looser ones are worth a warning.
      mkdirSync(dirname(full), { recursive: true, mode: 0o700 })
      writeFileSync(full, content, { mode })
      return full
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    list: (path) => listFolder(join(root, path)),
  }
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path).sort()
  } catch {
    return []
  }
}

export interface ButtonFixture {
  /** Code of the button; a shell script unless `spec.runtime` says otherwise. */
  code?: string
  /** Keys of button.json that differ from a plain shell button. */
  spec?: Record<string, unknown>
  /** Text of AGENT.md. */
  instructions?: string
}

/** A home that already holds buttons, written as files, not by commands. */
export function homeWith(fixtures: { buttons?: Record<string, ButtonFixture | string> }): Home {
  const home = emptyHome()
  for (const [name, fixture] of Object.entries(fixtures.buttons ?? {}))
    writeButton(home, name, typeof fixture === 'string' ? { code: fixture } : fixture)
  return home
}

const extensions: Record<string, string> = { python: '.py', node: '.js', bun: '.ts' }

/** Writes a button's folder into a home. */
export function writeButton(home: Home, name: string, fixture: ButtonFixture): void {
  const spec = {
    schema_version: 2,
    name,
    version: '1',
    runtime: 'shell',
    env: {},
    timeout_seconds: 300,
    mcp_enabled: false,
    created_at: '2026-05-02T09:00:00.000Z',
    updated_at: '2026-05-02T09:00:00.000Z',
    ...fixture.spec,
  }
  const folder = `data/buttons/${name}`
  home.write(`${folder}/button.json`, JSON.stringify(spec, null, 2))
  const main = `main${extensions[String(spec.runtime)] ?? '.sh'}`
  if (fixture.code !== undefined) home.write(`${folder}/${main}`, fixture.code, 0o700)
  if (fixture.instructions !== undefined) home.write(`${folder}/AGENT.md`, fixture.instructions)
}
