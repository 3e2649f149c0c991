// Types, format and lint; stops at the first that complains.

import { run } from './run.ts'

const bun = process.execPath
await run([bun, 'check'])
await run([bun, 'fmt', '--check'])
await run([
  'node_modules/.bin/oxlint',
  '--type-aware',
  '-D=correctness',
  '-D=typescript/no-floating-promises',
  '-D=typescript/no-misused-promises',
  '-D=typescript/switch-exhaustiveness-check',
  '-D=typescript/no-explicit-any',
  '-D=no-console',
  // Our interfaces are plain objects of closures: there is no `this` to lose.
  '-A=typescript/unbound-method',
  // The compiler looks for these, and knows that a rest leaves its siblings out.
  '-A=no-unused-vars',
  '-A=typescript/no-redundant-type-constituents',
  '-A=typescript/no-misused-spread',
  '-A=typescript/no-base-to-string',
  '-A=typescript/no-useless-default-assignment',
  '-A=unicorn/no-thenable',
  '-D=import/no-default-export',
  'src',
])
await run(['node_modules/.bin/oxlint', '-D=correctness', '-A=no-unused-vars', 'test', 'scripts'])
