import { expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'

const template = '# x\n\n_Add context about this button here: what it is for._\n'

async function pressed(home: Home, name: string): Promise<Record<string, unknown>> {
  return buttons('press', name).in(home).data()
}

test('a prompt button gives its instructions, as they are and trimmed, and runs nothing', async () => {
  const home = emptyHome()
  await buttons('create', 'review', '--prompt', 'Read it twice.').in(home).data()
  const result = await pressed(home, 'review')
  expect(result).toMatchObject({
    status: 'ok',
    exit_code: 0,
    stdout: 'Read it twice.\n',
    prompt: 'Read it twice.',
  })
  expect(result).not.toHaveProperty('progress_path')
})

test('arguments of a prompt button are checked and echoed, not filled in', async () => {
  const home = emptyHome()
  const words = ['create', 'review', '--prompt', 'Read {{what}}.', '--arg', 'what:string:required']
  await buttons(...words)
    .in(home)
    .data()
  await buttons('press review')
    .in(home)
    .expect({ error: { code: 'MISSING_ARG' } })
  await buttons('press review --arg what=this')
    .in(home)
    .expect({ data: { stdout: 'Read {{what}}.\n', args: { what: 'this' } } })
})

test('instructions stand beside the output of code, of failures too, and not in the record', async () => {
  const home = homeWith({
    buttons: { deploy: { code: 'exit 3', instructions: '\n Ask first. \n' } },
  })
  await buttons('press deploy')
    .in(home)
    .expect({ error: { code: 'SCRIPT_ERROR' }, data: { prompt: 'Ask first.' } })
  const [record] = await buttons('history deploy').in(home).data<Record<string, unknown>[]>()
  expect(record).not.toHaveProperty('prompt')
})

test.each(['', ' \n ', template])(
  'instructions that say nothing, as %j, are no prompt',
  async (text) => {
    const home = homeWith({ buttons: { deploy: { code: 'true', instructions: text } } })
    expect(await pressed(home, 'deploy')).not.toHaveProperty('prompt')
  },
)

test.each([
  [{ 'AGENTS.md': 'old' }, 'old'],
  [{ 'AGENT.md': 'new' }, 'new'],
  [{ 'AGENTS.md': 'old', 'AGENT.md': 'new' }, 'new'],
])('of the instruction files in %j the right one is read', async (files, prompt) => {
  const home = homeWith({ buttons: { review: { spec: { runtime: 'prompt' } } } })
  for (const [name, text] of Object.entries(files))
    home.write(`data/buttons/review/${name}`, `${text}\n`)
  expect(await pressed(home, 'review')).toMatchObject({ stdout: `${prompt}\n`, prompt })
})

test('a prompt button without instructions is a failed press that is recorded', async () => {
  const home = emptyHome()
  await buttons('create', 'review', '--prompt', 'Read.').in(home).data()
  rmSync(join(home.data, 'buttons/review/AGENT.md'))
  await buttons('press review')
    .in(home)
    .expect({
      error: { code: 'PROMPT_ERROR', message: expect.stringContaining('review/AGENT.md') },
      data: { status: 'error', exit_code: -1 },
    })
  await buttons('history review')
    .in(home)
    .expect({ data: [expect.objectContaining({ error_type: 'PROMPT_ERROR' })] })
})
