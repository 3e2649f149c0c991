// The one mechanical fence of the house: who may import whom, and what a start loads.

import { expect, test } from 'bun:test'
import { dirname } from 'node:path'
import { loadedWith, type Module, readModules } from './helpers/modules.ts'

const modules = readModules()

/** `cli` of `cli/commands/list.ts`; files beside the rooms are their own. */
function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path
}

interface Rule {
  /** Rooms and files whose values may be imported. */
  values: string[]
  /** The same for types alone, beside those. */
  types: string[]
}

const engine: Rule = { values: ['spec', 'core'], types: ['host', 'store', 'press'] }
const surface: Rule = {
  values: ['spec', 'core'],
  types: [
    'app.ts',
    'host',
    'store',
    'press',
    'workspace',
    'drawer',
    'trigger',
    'runs',
    'registry',
    'identity',
  ],
}
const rules: Record<string, Rule> = {
  spec: { values: [], types: [] },
  core: { values: ['spec'], types: [] },
  host: { values: ['spec', 'core'], types: [] },
  store: { values: ['spec', 'core'], types: ['host'] },
  press: engine,
  workspace: engine,
  drawer: engine,
  trigger: engine,
  runs: engine,
  registry: engine,
  identity: engine,
  // It asks other hosts for what the runs of this one are asked for.
  remote: { ...engine, types: [...engine.types, 'runs'] },
  serve: surface,
  mcp: surface,
  cli: surface,
  web: { values: ['spec', 'core'], types: [] },
  'main.ts': { values: ['app.ts', 'host', 'cli'], types: [] },
}

/** Each library has the rooms that know it. Schemas are described in spec and applied below it. */
const libraries: Record<string, string[]> = {
  valibot: ['spec', 'core', 'store'],
  '@valibot/to-json-schema': ['spec', 'core'],
  re2js: ['core'],
  '@cfworker/json-schema': ['core'],
  citty: ['cli'],
  consola: ['cli'],
  hono: ['serve'],
  ofetch: ['registry', 'remote'],
  '@noble/ed25519': ['identity'],
}

/** The rooms that touch the machine. */
const machineRooms = ['host', 'store']

function libraryOf(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

/** One line for each import that `wrong` names a reason against. */
function complaints(wrong: (module: Module, index: number) => string | undefined): string[] {
  return [...modules.values()].flatMap((module) =>
    module.imports.flatMap(({ specifier }, index) => {
      const why = wrong(module, index)
      return why === undefined ? [] : [`${module.path}: '${specifier}' ${why}`]
    }),
  )
}

test('rooms import downwards only', () => {
  const found = complaints(({ path, imports }, index) => {
    const { file, kind } = imports[index]!
    const from = roomOf(path)
    if (file === undefined || roomOf(file) === from) return undefined
    if (path === 'app.ts') return kind === 'static' && !isPure(file) ? 'is not lazy' : undefined
    const rule = rules[from]
    if (!rule) return 'comes from a room without a rule'
    const allowed = kind === 'type' ? [...rule.values, ...rule.types] : rule.values
    return allowed.includes(roomOf(file)) ? undefined : `is no ${kind} import for ${from}`
  })
  expect(found).toEqual([])
})

function isPure(file: string): boolean {
  return ['spec', 'core'].includes(roomOf(file))
}

test('the door opens three things', () => {
  const files = modules.get('main.ts')!.imports.map(({ file }) => file)
  expect(files.toSorted()).toEqual(['app.ts', 'cli/dispatch.ts', 'host/bun.ts'])
})

test('every imported file is there', () => {
  const assets = /\.(bash|zsh|fish|ps1|md|html|css|json|txt)$/
  const found = complaints(({ imports }, index) => {
    const { file } = imports[index]!
    if (file === undefined || assets.test(file) || modules.has(file)) return undefined
    return 'names no file'
  })
  expect(found).toEqual([])
})

test('a line shows when it crosses a wall', () => {
  const found = complaints(({ path, imports }, index) => {
    const { specifier, file } = imports[index]!
    if (file === undefined || !path.includes('/') || !file.includes('/')) return undefined
    const far = specifier.startsWith('#')
    if (far && dirname(path) === dirname(file)) return 'lies beside it: write ./'
    return far || roomOf(path) === roomOf(file) ? undefined : 'leaves its room: begin it with #'
  })
  expect(found).toEqual([])
})

test('each library has its room', () => {
  const found = complaints(({ path, imports }, index) => {
    const { specifier, file } = imports[index]!
    if (file !== undefined || isMachine(specifier)) return undefined
    const rooms = libraries[libraryOf(specifier)]
    if (!rooms) return 'is a library without a room'
    return rooms.includes(roomOf(path)) ? undefined : `belongs to ${rooms.join(', ')}`
  })
  expect(found).toEqual([])
})

function isMachine(specifier: string): boolean {
  return /^(node:|bun:|bun$)/.test(specifier)
}

test('only host and store touch the machine', () => {
  const found = complaints(({ path, imports }, index) => {
    const { specifier, kind } = imports[index]!
    if (!isMachine(specifier) || kind === 'type') return undefined
    const room = roomOf(path)
    // Hashing is arithmetic.
    if (room === 'core' && specifier === 'node:crypto') return undefined
    if (specifier === 'bun:sqlite') return room === 'store' ? undefined : 'belongs to store'
    return machineRooms.includes(room) ? undefined : 'belongs to host and store'
  })
  expect(found).toEqual([])
})

test('only host and store ask the runtime itself', () => {
  // Measuring text is arithmetic.
  const asking = /\b(Bun\.(?!stringWidth\b)|process\.)/
  const found = [...modules.values()]
    .filter(({ path }) => ![...machineRooms, 'main.ts'].includes(roomOf(path)))
    .filter(({ text }) => asking.test(withoutWords(text)))
  expect(found.map(({ path }) => path)).toEqual([])
})

test('core takes nothing but hashes from node, and asks nobody for time or chance', () => {
  const impure = /\b(Bun\.|process\.|Date\.now\(|Math\.random\(|performance\.|new Date\(\)|fetch\()/
  const found = [...modules.values()]
    .filter(({ path }) => ['spec', 'core'].includes(roomOf(path)))
    .filter(({ text }) => impure.test(withoutWords(text)))
  expect(found.map(({ path }) => path)).toEqual([])
})

// Comments, and text for others such as scaffolds of scripts.
function withoutWords(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|`[^`]*`|'[^'\n]*'/gm, '')
}

test('exports have names', () => {
  const found = [...modules.values()].filter(({ text }) =>
    /^export (default\b|\*|\{[^}]*\bas default\b)/m.test(text),
  )
  expect(found.map(({ path }) => path)).toEqual([])
})

test('there are no barrels: an import names the file it means', () => {
  const found = [...modules.values()].filter(({ text }) =>
    /^export (type )?(\*|\{[^}]*\})\s*(as \w+ )?from /m.test(text),
  )
  expect(found.map(({ path }) => path)).toEqual([])
})

test('index.ts means: here is the table', () => {
  const found = [...modules.values()]
    .filter(({ path }) => /(^|\/)index\.tsx?$/.test(path))
    .filter(({ text }) => !/^export const \w+[^=]*= [{[]/m.test(text))
  expect(found.map(({ path }) => path)).toEqual([])
})

test('a start loads the frame and nothing else', () => {
  const loaded = loadedWith(modules, ['main.ts'])
  const allowed = [
    /^(main|app)\.ts$/,
    /^spec\/(build|env|errors|limits)\.ts$/,
    /^core\/(text|place)\/\w+\.ts$/,
    /^cli\/\w+\.ts$/,
    /^host\//,
  ]
  const unexpected = [...loaded].filter((path) => !allowed.some((one) => one.test(path)))
  expect(unexpected).toEqual([])
  expect([...loaded]).toContain('cli/table.ts')
  expect(loaded.size).toBeLessThanOrEqual(40)
})

test('commands that are called all the time load no slow library', () => {
  const hot = ['press', 'list', 'history', 'version'].map((name) => `cli/commands/${name}.ts`)
  const loaded = loadedWith(modules, ['main.ts', ...hot, 'press/press.ts', 'store/index.ts'])
  const slow = [...loaded].filter(
    (path) => path.startsWith('node:') || ['citty', 'consola', 'consola/core'].includes(path),
  )
  expect(slow).toEqual([])
})

test('a press of a known button loads no schema', () => {
  const pressing = ['main.ts', 'cli/commands/press.ts', 'press/press.ts', 'store/index.ts']
  expect([...loadedWith(modules, pressing)]).not.toContain('valibot')
})
