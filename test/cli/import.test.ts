import { expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, homeWith } from '../helpers/home.ts'
import { emptyProject } from '../helpers/project.ts'
import { serve } from '../helpers/servers.ts'

const imported = (...created: string[]) => ({ json: { ok: true, data: { created } } })

test.each([
  ['deploy.py', 'print(1)\n', '', 'deploy', 'python', 'main.py'],
  ['My Tool.sh', 'echo', '', 'my-tool', 'shell', 'main.sh'],
  ['tool', '#!/usr/bin/env node\n', ' --name tool', 'tool', 'node', 'main.js'],
  ['a.bash', 'ls', ' --name Mine', 'mine', 'bash', 'main.sh'],
  ['a', '#!/bin/bash\n', '', 'a', 'bash', 'main.sh'],
  ['a.b.ts', 'let a = 1', '', 'ab', 'bun', 'main.ts'],
])('the script %s becomes a button', async (file, text, flags, name, runtime, code) => {
  const home = emptyHome()
  home.write(`work/${file}`, text)
  await buttons('import', 'code', file, '--yes', ...flags.split(' ').filter(Boolean))
    .in(home)
    .expect(imported(name))
  expect(home.read(`data/buttons/${name}/${code}`)).toBe(text)
  const [button] = await buttons('list').in(home).data<{ runtime: string }[]>()
  expect(button).toMatchObject({ name, runtime, timeout_seconds: 300 })
})

test.each([
  ['code nowhere.sh', 'no such file'],
  ['code .', 'it is a directory'],
  ['code big.sh', 'larger than 65536 bytes'],
  ['skill nowhere', 'not a directory'],
  ['skill big.sh', 'not a directory'],
  ['skill empty', 'neither scripts nor'],
  ['url ftp://example.com/x', 'http:// or https://'],
  ['mcp server', 'not available'],
])('import %s is refused', async (line, why) => {
  const home = emptyHome()
  home.write('work/big.sh', '#'.repeat(65_537))
  mkdirSync(join(home.cwd, 'empty'))
  await buttons(`import ${line} -y`)
    .in(home)
    .expect({ error: { code: 'IMPORT_ERROR', message: expect.stringContaining(why) } })
  expect(home.list('data/buttons')).toEqual([])
})

function skillHome() {
  const home = emptyHome()
  home.write('work/rel/SKILL.md', '---\nname: rel\ndescription: Release it\n---\n# Heading\n')
  home.write('work/rel/scripts/build.sh', 'echo built\n')
  home.write('work/rel/scripts/ship.py', 'print("shipped")\n')
  home.write('work/rel/scripts/.DS_Store', 'x')
  return home
}

test('each script of a skill becomes a button', async () => {
  const home = skillHome()
  await buttons('import skill rel --yes').in(home).expect(imported('rel-build', 'rel-ship'))
  const list = await buttons('list').in(home).data<object[]>()
  expect(list).toMatchObject([
    { name: 'rel-build', runtime: 'shell', description: 'Release it' },
    { name: 'rel-ship', runtime: 'python', description: 'Release it' },
  ])
  await buttons('press rel-build')
    .in(home)
    .expect({ data: { stdout: 'built\n' } })
})

test('a skill without scripts is a prompt button that can be pressed', async () => {
  const home = emptyHome()
  home.write('work/skill.md', '# Review\n\nLook closely.\n')
  await buttons('import skill . --name review -y').in(home).expect(imported('review'))
  await buttons('press review')
    .in(home)
    .expect({ data: { status: 'ok', prompt: '# Review\n\nLook closely.' } })
})

test('a script that is too large is left out with a remark', async () => {
  const home = skillHome()
  home.write('work/rel/scripts/large.sh', '#'.repeat(70_000))
  await buttons('import skill rel -y')
    .in(home)
    .expect({ ...imported('rel-build', 'rel-ship'), stderr: /^warning: .*large\.sh.*65536/ })
})

test('one name that is taken does not stop the rest', async () => {
  const home = skillHome()
  await buttons('create rel-build').in(home).expect({ data: {} })
  await buttons('import skill rel -y')
    .in(home)
    .expect({
      json: {
        ok: true,
        data: {
          created: ['rel-ship'],
          errors: { 'rel-build': expect.stringContaining('a button of that name exists') },
        },
      },
    })
})

test('nothing created is a failure that still says what went wrong', async () => {
  const home = skillHome()
  await buttons('import skill rel -y').in(home).expect(imported('rel-build', 'rel-ship'))
  await buttons('import skill rel -y')
    .in(home)
    .expect({
      exit: 1,
      json: {
        ok: false,
        error: { code: 'IMPORT_ERROR', message: expect.stringContaining('Nothing was imported') },
        data: {
          created: [],
          errors: { 'rel-build': expect.any(String), 'rel-ship': expect.any(String) },
        },
      },
    })
})

test('reserved names and drawers are refused', async () => {
  const home = homeWith({})
  home.write('data/drawers/boxed/drawer.json', '{}')
  home.write('work/press.sh', '')
  home.write('work/boxed.sh', '')
  for (const name of ['press', 'boxed'])
    await buttons(`import code ${name}.sh -y`)
      .in(home)
      .expect({ error: { code: 'IMPORT_ERROR' } })
})

test('without --yes nobody is asked where nobody can answer', async () => {
  const home = skillHome()
  const refused = { code: 'IMPORT_ERROR', hint: 'Add --yes' }
  await buttons('import skill rel').in(home).expect({ error: refused })
  await buttons('import skill rel --no-input')
    .in(home)
    .onTerminal()
    .expect({ exit: 1, stdout: /IMPORT_ERROR/ })
  expect(home.list('data/buttons')).toEqual([])
})

test.each([
  ['y\n', 2],
  ['YES\n', 2],
  ['yeah\n', 0],
  ['\n', 0],
])('a person sees the plan and answers %j', async (answer, created) => {
  const home = skillHome()
  await buttons('import skill rel')
    .in(home)
    .onTerminal()
    .stdin(answer)
    .expect({ exit: 0, stdout: /rel-build \(shell\) — Release it\n.*rel-ship \(python\)/s })
  expect(home.list('data/buttons')).toHaveLength(created)
})

test('--summary plans without being asked', async () => {
  const home = skillHome()
  await buttons('import skill rel --summary')
    .in(home)
    .expect({
      data: {
        executed: false,
        would: { buttons: [{ name: 'rel-build', runtime: 'shell' }, { name: 'rel-ship' }] },
      },
    })
  await buttons('import url https://127.0.0.1:1/x --summary')
    .in(home)
    .expect({ data: { would: { url: 'https://127.0.0.1:1/x' } } })
  expect(home.list('data/buttons')).toEqual([])
})

test('an import brings the list of buttons up to date and is logged', async () => {
  const home = emptyProject()
  home.write('work/tool.sh', 'true')
  await buttons('import code tool.sh -y').in(home).expect(imported('tool'))
  expect(home.read('work/AGENTS.md')).toContain('- `buttons press tool`\n')
  expect(JSON.parse(home.read('work/.buttons/history.json'))).toMatchObject({
    events: [{ action: 'create', target: 'button/tool' }],
  })
})

const respond = (body: string, head = 'HTTP/1.1 200 OK') =>
  serve((socket) => void socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`))
const allow = { BUTTONS_ALLOW_PRIVATE_NETWORKS: '1' }

test('a spec on the web becomes an HTTP button without its wider rights', async () => {
  const home = emptyHome()
  const spec = {
    name: 'Ticket',
    url: 'https://tracker.example.com/{{p}}',
    headers: { Authorization: 'Bearer $ENV{TOKEN}' },
    args: [{ name: 'p', type: 'string', required: true }],
    env: { PATH: '/evil' },
    allow_private_networks: true,
    allowed_host: '*',
    queue: { name: 'q' },
    output_schema: { type: 'object' },
    timeout_seconds: 7,
    triggers: [{ id: 'a', kind: 'cron', schedule: '* * * * *' }],
  }
  const { origin } = await respond(JSON.stringify(spec))
  await buttons(`import url ${origin}/button.json -y`)
    .in(home)
    .env(allow)
    .expect({ ...imported('ticket'), stderr: /^warning: "Ticket" will send TOKEN to https:/ })
  const file = JSON.parse(home.read('data/buttons/ticket/button.json')) as object
  expect(file).toMatchObject({
    name: 'ticket',
    runtime: 'http',
    allowed_host: 'tracker.example.com',
    queue: { name: 'q' },
    output_schema: { type: 'object' },
    timeout_seconds: 7,
    env: {},
  })
  expect(file).not.toHaveProperty('allow_private_networks')
  expect(file).not.toHaveProperty('triggers')
})

test.each([
  ['{"name":"x"}', 'HTTP/1.1 200 OK', 'has no "url"'],
  ['{"url":"https://h"}', 'HTTP/1.1 200 OK', 'has no name'],
  ['<html>', 'HTTP/1.1 200 OK', 'not valid JSON'],
  ['{}', 'HTTP/1.1 404 Not Found', '404'],
  [' '.repeat(70_000), 'HTTP/1.1 200 OK', 'larger than 64.0 KB'],
])('an answer like %#: %s is refused', async (body, head, why) => {
  const home = emptyHome()
  const { origin } = await respond(body, head)
  await buttons(`import url ${origin}/ -y`)
    .in(home)
    .env(allow)
    .expect({ error: { code: 'IMPORT_ERROR', message: expect.stringContaining(why) } })
  expect(home.list('data/buttons')).toEqual([])
})

test('a private address is not asked', async () => {
  const home = emptyHome()
  const server = await respond('{"name":"x","url":"https://h"}')
  await buttons(`import url ${server.origin}/ -y`)
    .in(home)
    .expect({ error: { code: 'IMPORT_ERROR', message: expect.stringContaining('SSRF blocked') } })
  expect(server.connections).toBe(0)
})
