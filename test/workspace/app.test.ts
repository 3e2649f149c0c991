import { expect, test } from 'bun:test'
import { createApp } from '../../src/app.ts'
import { openBunHost } from '../../src/host/bun.ts'
import { isGitSource } from '../../src/workspace/clone.ts'
import { emptyHome } from '../helpers/home.ts'

test.each(['https://github.com/x/y', 'http://x/y', 'git@github.com:x/y.git', 'x/y.git'])(
  '%s is for git',
  (source) => expect(isGitSource(source)).toBe(true),
)

test.each(['./local', '/abs/path', '../rel', 'https', 'gitlab'])('%s is a path', (source) =>
  expect(isGitSource(source)).toBe(false),
)

test('an app without a source is a folder with its spec and its notes', async () => {
  const home = emptyHome()
  const app = createApp({ ...openBunHost(), env: home.env, cwd: home.cwd })
  const workspace = await app.workspace(() => {})
  const { file } = await workspace.createApp({ name: 'x', source: '' })
  expect(file).toMatchObject({ kind: 'app', serve: { type: 'static', output: 'dist' } })
  expect(home.list('data/apps/x')).toEqual(['AGENT.md', 'button.json'])
})
