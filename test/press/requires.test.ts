import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'

const needing = (code: string): Home => {
  const spec = { requires_batteries: ['TOKEN', 'REGION', 'EXPORTED'] }
  const home = homeWith({ buttons: { job: { code, spec } } })
  home.write('data/batteries.json', JSON.stringify({ batteries: { REGION: 'eu' } }))
  home.env['BUTTONS_BAT_EXPORTED'] = 'yes'
  return home
}
const warning = 'warning: "job" requires batteries nobody has set: TOKEN\n'

test('missing batteries are named, and the press runs all the same', async () => {
  await buttons('press job')
    .in(needing('echo "$BUTTONS_BAT_REGION $BUTTONS_BAT_EXPORTED"'))
    .expect({ data: { stdout: 'eu yes\n', missing_batteries: ['TOKEN'] }, stderr: warning })
})

test('a press that fails hints at its missing batteries', async () => {
  await buttons('press job')
    .in(needing('exit 1'))
    .expect({
      error: { code: 'SCRIPT_ERROR', hint: expect.stringContaining('batteries set TOKEN') },
      stderr: warning,
    })
})

test('a press with everything it requires has nothing to say', async () => {
  const home = needing('true')
  home.env['BUTTONS_BAT_TOKEN'] = 'x'
  expect(await buttons('press job').in(home).data()).not.toHaveProperty('missing_batteries')
})
