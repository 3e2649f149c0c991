import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome } from '../helpers/home.ts'

test('the version has exactly six texts', async () => {
  const data = await buttons('version').in(emptyHome()).data()
  expect(Object.keys(data).sort()).toEqual([
    'arch',
    'commit',
    'date',
    'go_version',
    'os',
    'version',
  ])
  expect(data).toEqual({
    version: expect.stringMatching(/^(dev|\d.*)$/),
    commit: expect.any(String),
    date: expect.any(String),
    go_version: expect.stringMatching(/^bun \d/),
    os: expect.stringMatching(/^(linux|darwin)$/),
    arch: expect.stringMatching(/^(amd64|arm64)$/),
  })
})

test('people read one line', async () => {
  await buttons('version')
    .in(emptyHome())
    .onTerminal()
    .expect({ stdout: /^buttons \S+ \(.+, .+\) (linux|darwin)\/(amd64|arm64)\n$/ })
})

test('the version takes no words', async () => {
  await buttons('version now')
    .in(emptyHome())
    .expect({
      error: { code: 'VALIDATION_ERROR', message: 'unknown command "now" for "buttons version"' },
      stderr: /^unknown command "now" for "buttons version"\n/,
    })
})
