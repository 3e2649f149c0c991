import { expect, test } from 'bun:test'
import { planButton } from '#core/button/draft.ts'
import { untouched } from '#core/button/runtime.ts'
import type { ButtonDraft, DraftSource } from '#spec/create.ts'

const nowMs = Date.UTC(2026, 4, 2, 9)

function plan(source: DraftSource, more: Partial<ButtonDraft> = {}) {
  const draft: ButtonDraft = { name: 'x', args: [], timeoutSeconds: 300, source, ...more }
  const { button, files } = planButton(draft, nowMs)
  const file = (path: string) => files.find((planned) => planned.path === path)
  return { button, file, paths: files.map(({ path, mode }) => `${path} ${mode.toString(8)}`) }
}

test('a new button carries every default, and both dates are one', () => {
  const { button, file, paths } = plan({ kind: 'scaffold', runtime: 'shell' })
  expect(button).toEqual({
    schema_version: 2,
    name: 'x',
    version: '1',
    runtime: 'shell',
    env: {},
    timeout_seconds: 300,
    mcp_enabled: false,
    created_at: '2026-05-02T09:00:00.000Z',
    updated_at: '2026-05-02T09:00:00.000Z',
  })
  expect(file('button.json')!.content).toBe(JSON.stringify(button, null, 2))
  expect(paths).toEqual(['button.json 600', 'main.sh 700', 'AGENT.md 600'])
})

test.each([
  ['shell', 'main.sh', '#!/bin/sh\nset -eu\n#'],
  ['', 'main.sh', '#!/bin/sh\nset -eu\n#'],
  ['bash', 'main.sh', '#!/usr/bin/env bash\nset -euo pipefail\n#'],
  ['python', 'main.py', '#!/usr/bin/env python3\n#'],
  ['python3', 'main.py', '#!/usr/bin/env python3\n#'],
  ['node', 'main.js', '#!/usr/bin/env node\n//'],
  ['js', 'main.js', '#!/usr/bin/env node\n//'],
  ['bun', 'main.ts', '#!/usr/bin/env bun\n//'],
  ['fakeLang999', 'main.sh', '#!/bin/sh\nset -eu\n#'],
])('the scaffold of %j is %s and tells how arguments arrive', (runtime, path, head) => {
  const { file, button } = plan({ kind: 'scaffold', runtime })
  expect(file(path)!.content).toStartWith(head)
  expect(file(path)!.content).toContain('BUTTONS_ARG_<NAME>')
  expect(button.runtime).toBe(runtime)
})

test('a scaffold names the declared arguments, each on one comment line', () => {
  const args = [
    { name: 'dry-run', type: 'bool', required: false },
    { name: 'env', type: 'enum', required: true, values: ['a\nrm -rf /', 'b'] },
  ]
  const { file } = plan({ kind: 'scaffold', runtime: 'shell' }, { args })
  const lines = String(file('main.sh')!.content).split('\n').slice(2, -1)
  expect(lines).toContain('#   "$BUTTONS_ARG_DRY_RUN"  bool, optional')
  expect(lines).toContain('#   "$BUTTONS_ARG_ENV"  a rm -rf / | b, required')
  for (const line of lines) expect(line).toStartWith('#')
})

test('code is stored as it is', () => {
  const content = new Uint8Array([0xff, 0xfe, 0x0a])
  const { file } = plan({ kind: 'code', runtime: 'python', content })
  expect(file('main.py')!.content).toBe(content)
})

test('a prompt becomes the instructions, and alone it needs no code', () => {
  const { button, file, paths } = plan({ kind: 'prompt' }, { prompt: 'Read it' })
  expect(button.runtime).toBe('prompt')
  expect(file('AGENT.md')!.content).toBe('Read it\n')
  expect(paths).toEqual(['button.json 600', 'AGENT.md 600'])
})

test('instructions nobody wrote are a template that is recognised', () => {
  const { file } = plan({ kind: 'scaffold', runtime: 'shell' }, { description: 'Does it' })
  const text = String(file('AGENT.md')!.content)
  expect(text).toStartWith('# x\n\nDoes it\n\n## Notes\n\n_Add context about this button here')
  expect(untouched(text)).toBe(true)
})

test('an HTTP button says where it may go and how much it may read', () => {
  const source: DraftSource = {
    kind: 'http',
    url: 'https://Tracker.Example.com:8443/{{p}}',
    method: 'POST',
    headers: { b: '2', A: '1' },
    body: 'x',
    maxResponseBytes: 1024,
    allowPrivateNetworks: true,
  }
  const queue = { name: 'q', concurrency: 2 }
  const { button, paths } = plan(source, { queue, outputSchema: { type: 'object' } })
  expect(Object.entries(button).map(([key, value]) => [key, JSON.stringify(value)])).toEqual([
    ['schema_version', '2'],
    ['name', '"x"'],
    ['version', '"1"'],
    ['runtime', '"http"'],
    ['url', '"https://Tracker.Example.com:8443/{{p}}"'],
    ['method', '"POST"'],
    ['headers', '{"A":"1","b":"2"}'],
    ['body', '"x"'],
    ['env', '{}'],
    ['timeout_seconds', '300'],
    ['max_response_bytes', '1024'],
    ['allow_private_networks', 'true'],
    ['allowed_host', '"tracker.example.com:8443"'],
    ['mcp_enabled', 'false'],
    ['output_schema', '{"type":"object"}'],
    ['queue', '{"name":"q","concurrency":2}'],
    ['created_at', '"2026-05-02T09:00:00.000Z"'],
    ['updated_at', '"2026-05-02T09:00:00.000Z"'],
  ])
  expect(paths).toEqual(['button.json 600', 'AGENT.md 600'])
})
