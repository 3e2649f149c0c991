import { expect, test } from 'bun:test'
import { canonicalRuntime, codeFileName, inferRuntime } from '#core/button/runtime.ts'

test.each([
  ['deploy.py', '', 'python'],
  ['DEPLOY.PY', '', 'python'],
  ['a.js', '', 'node'],
  ['a.mjs', '', 'node'],
  ['a.cjs', '', 'node'],
  ['a.ts', '', 'bun'],
  ['a.bash', '', 'bash'],
  ['a.sh', 'echo python', 'shell'],
  ['a.sh', '#!/bin/sh', 'shell'],
  ['a.sh', '#!/usr/bin/env bash', 'bash'],
  ['a.sh', '# not a bash script', 'shell'],
  ['tool', '#!/usr/bin/env node', 'node'],
  ['tool', '#!/usr/bin/python3', 'python'],
  ['tool', '#!/bin/bash', 'bash'],
  ['tool', '#!/usr/bin/env -S bun run', 'bun'],
  ['tool', '#!/bin/sh', 'shell'],
  ['tool', '# bundled by hand', 'shell'],
  ['tool', '', 'shell'],
  ['.py', '', 'python'],
  ['dir.py/tool', '', 'shell'],
])('%j beginning with %j is for %s', (file, line, runtime) => {
  expect(inferRuntime(file, line)).toBe(runtime as 'shell')
})

test.each([
  ['shell', 'main.sh'],
  ['', 'main.sh'],
  ['bash', 'main.sh'],
  ['python3', 'main.py'],
  ['js', 'main.js'],
  ['bun', 'main.ts'],
  ['fakeLang999', 'main.sh'],
  ['http', undefined],
  ['prompt', undefined],
])('the code of runtime %j lies in %s', (word, file) => {
  expect(codeFileName(canonicalRuntime(word))).toBe(file)
})
