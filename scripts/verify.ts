// Everything a change must pass: install, check, build, and every test against the executable.

import { install, run } from './run.ts'

const bun = process.execPath
await install()
await run([bun, 'scripts/check.ts'])
await run([bun, 'scripts/build.ts'])
await run([bun, 'scripts/test.ts'], { BUTTONS_BIN: 'dist/buttons' })
