// Builds dist/buttons and does the main job for real, in a temporary home: creates a button,
// presses it with an argument, shows the record of that press.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { install, run } from './run.ts'

await install()
await run([process.execPath, 'scripts/build.ts'])

const home = await mkdtemp(join(tmpdir(), 'buttons-quickstart-'))
const buttons = (...words: string[]) => run(['dist/buttons', ...words], { BUTTONS_HOME: home })
try {
  await buttons(
    'create',
    'greet',
    '--description=Say hello',
    '--arg=name:string:required',
    '--code=echo "Hello, $BUTTONS_ARG_NAME"',
  )
  await buttons('press', 'greet', '--arg', 'name=world')
  await buttons('history', 'greet')
} finally {
  await rm(home, { recursive: true, force: true })
}
console.error('\nIt works. The executable is dist/buttons; put it on your PATH.')
