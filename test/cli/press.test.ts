import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { homeWith } from '../helpers/home.ts'

test('a press gives what the script printed and leaves one record', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  await buttons('press hello')
    .in(home)
    .expect({
      data: { status: 'ok', exit_code: 0, stdout: 'hi\n', stderr: '', button: 'hello' },
    })
  const records = home.list('data/buttons/hello/pressed').filter((name) => name.endsWith('.json'))
  expect(records).toHaveLength(1)
})

test('an unknown button is named, with the one that was meant', async () => {
  const home = homeWith({ buttons: { deploy: 'true' } })
  await buttons('press deploi')
    .in(home)
    .expect({
      error: { code: 'NOT_FOUND', hint: expect.stringContaining('"deploy"') },
    })
})
