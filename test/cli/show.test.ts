import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { homeWith } from '../helpers/home.ts'

const deploy = {
  code: 'echo done',
  instructions: '# Deploy\n\nAsk first.\n',
  spec: {
    description: 'Ships it',
    args: [
      { name: 'env', type: 'enum', required: true, values: ['staging', 'prod'] },
      { name: 'token', type: 'string', required: false, secret: true },
    ],
  },
}

test('a button is shown with its last run and its instructions', async () => {
  const home = homeWith({ buttons: { deploy } })
  const before = await buttons('deploy').in(home).data()
  expect(before).toMatchObject({
    button: { name: 'deploy', description: 'Ships it', env: {} },
    agent_md: '# Deploy\n\nAsk first.\n',
  })
  expect(before).not.toHaveProperty('last_run')
  await buttons('press deploy --arg env=prod').in(home).data()
  await buttons('Deploy and more words')
    .in(home)
    .expect({ data: { last_run: { status: 'ok', stdout: 'done\n', args: { env: 'prod' } } } })
})

test('instructions are shown raw, also untouched ones, and left out when there are none', async () => {
  const untouched = '# hello\n\n_Add context about this button here_\n'
  const home = homeWith({
    buttons: { hello: { code: 'true', instructions: untouched }, bare: 'true' },
  })
  await buttons('hello')
    .in(home)
    .expect({ data: { agent_md: untouched } })
  expect(await buttons('bare').in(home).data()).not.toHaveProperty('agent_md')
})

test('people see the same on one page', async () => {
  const home = homeWith({ buttons: { deploy } })
  await buttons('deploy')
    .in(home)
    .onTerminal()
    .expect({
      stdout: new RegExp(
        [
          '^deploy +Ships it',
          'Runtime +shell',
          'Timeout +300s',
          'Version +1',
          'Code +\\S+/buttons/deploy/main\\.sh',
          'Last press +never',
          '',
          'ARGUMENT +TYPE',
          'env +enum staging\\|prod +required',
          'token +string +optional, secret',
          '',
          '# Deploy',
          '',
          'Ask first\\.',
          '[^\\n]*Next: buttons press deploy --arg env=…',
        ].join('\\n'),
      ),
    })
})

test('nothing on the page moves the cursor of who reads it', async () => {
  const hostile = 'a\x1b[2Jb\nc\x9b2Jd'
  const home = homeWith({
    buttons: { deploy: { instructions: `${hostile}\n\tok`, spec: { description: hostile } } },
  })
  const { stdout } = await buttons('deploy').in(home).onTerminal()
  expect(stdout).toContain('a [2Jb c 2Jd')
  expect(stdout.replaceAll('\r', '')).toContain('a [2Jb\nc 2Jd\n\tok\n')
  expect(stdout).not.toContain('\x1b')
  expect(stdout).not.toContain('\x9b')
})

test('a name nobody has is not found', async () => {
  const home = homeWith({ buttons: { deploy } })
  await buttons('deploi')
    .in(home)
    .expect({
      error: {
        code: 'NOT_FOUND',
        message: expect.stringContaining('"deploi"'),
        hint: expect.stringContaining('deploy'),
      },
    })
  await buttons('???')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
})
