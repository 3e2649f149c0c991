import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { executable } from './helpers/buttons.ts'
import { emptyHome } from './helpers/home.ts'

const readme = readFileSync(join(import.meta.dir, '..', 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!)
const tour = blocks.filter((block) => !block.includes('npx '))

test.skipIf(!executable)(
  'every example of the tour works when pasted, from top to bottom',
  async () => {
    expect(tour.length).toBeGreaterThan(5)
    const home = emptyHome()
    const path = `${dirname(executable!)}:${home.env['PATH']}`
    // Without BUTTONS_HOME, as a reader has it: the data lands in the home directory.
    const { BUTTONS_HOME: _, ...env } = home.env
    const shell = Bun.spawn(['/bin/sh', '-eu', '-c', tour.join('\n')], {
      cwd: home.cwd,
      env: { ...env, PATH: path },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [stdout, stderr] = await Promise.all([
      new Response(shell.stdout).text(),
      new Response(shell.stderr).text(),
    ])
    expect({ exit: await shell.exited, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toContain('Hello, world')
    expect(stdout).toContain('"signature": "valid"')
    expect(stdout).not.toContain('"ok": false')
    expect(stdout).not.toContain('hunter2-hunter2')
  },
)

test('the two commands of the start are those of package.json', async () => {
  const { scripts } = (await Bun.file(join(import.meta.dir, '..', 'package.json')).json()) as {
    scripts: Record<string, string>
  }
  const named = [...blocks[0]!.matchAll(/npx --yes bun@1\.4\.5 run (\w+)/g)].map(
    (match) => match[1]!,
  )
  expect(named).toEqual(['quickstart', 'verify'])
  for (const name of named) expect(scripts).toHaveProperty(name)
})
