import { afterEach, describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { buttons, executable } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'

function withButtons(): Home {
  return homeWith({
    buttons: {
      deploy: { code: 'true', spec: { description: 'Ship it\nwith care' } },
      ship: 'true',
      'dry-run': { code: 'true', spec: { description: 'A\ttab' } },
    },
  })
}

/** Candidates and directive for the words after `buttons`. */
async function ask(home: Home, ...words: string[]) {
  const { stdout, exit } = await buttons('__complete', ...words).in(home)
  expect(exit).toBe(0)
  const lines = stdout.split('\n')
  expect(lines.pop()).toBe('')
  return { directive: lines.pop(), candidates: lines }
}

async function askValues(home: Home, ...words: string[]) {
  const { directive, candidates } = await ask(home, ...words)
  return [directive, ...candidates.map((line) => line.split('\t')[0]!)]
}

describe('candidates', () => {
  test('buttons by their beginning, with the first line of their description', async () => {
    const home = withButtons()
    expect(await ask(home, 'press', 'dep')).toEqual({
      directive: ':4',
      candidates: ['deploy\tShip it'],
    })
    const { stdout } = await buttons('__completeNoDesc', 'press', 'd').in(home)
    expect(stdout).toBe('deploy\ndry-run\n:4\n')
  })

  test('commands with their summaries, hidden ones left out', async () => {
    const home = emptyHome()
    const { directive, candidates } = await ask(home, '')
    expect(directive).toBe(':4')
    expect(candidates).toContain('press\tPress a button')
    expect(candidates).toContain('help\tShow help for a command')
    expect(candidates.filter((line) => line.startsWith('_'))).toEqual([])
    expect(await askValues(home, 'batteries', '')).toEqual([':4', 'set', 'get', 'list', 'rm'])
    expect(await askValues(home, '--json', 'batteries', 's')).toEqual([':4', 'set'])
    expect(await askValues(home, 'help', 'config', '')).toEqual([':4', 'set', 'unset'])
    expect(await askValues(home, 'completion', '')).toEqual([
      ':4',
      'bash',
      'zsh',
      'fish',
      'powershell',
    ])
  })

  test('flags of the command that was typed', async () => {
    const home = withButtons()
    expect(await askValues(home, 'batteries', 'set', '--gl')).toEqual([':4', '--global'])
    expect(await askValues(home, '--ver')).toEqual([':4', '--version'])
    expect(await askValues(home, 'list', '--ver')).toEqual([':4'])
    expect(await askValues(home, 'press', 'deploy', '--dry')).toEqual([':4', '--dry-run'])
  })

  test('a value of a flag may be a file', async () => {
    const home = withButtons()
    expect(await askValues(home, 'press', '--arg', '')).toEqual([':0'])
    expect(await askValues(home, 'press', '--arg', 'd')).toEqual([':0'])
    expect(await askValues(home, 'press', '--arg=d')).toEqual([':0'])
    expect(await askValues(home, 'press', '--arg', 'a=b', 'd')).toEqual([':4', 'deploy', 'dry-run'])
  })

  test('after -- dashes begin words', async () => {
    const home = withButtons()
    expect(await askValues(home, 'press', '--', '--d')).toEqual([':4'])
    expect(await askValues(home, 'press', '--', 'dep')).toEqual([':4', 'deploy'])
  })

  test('one button where one is meant, each once where several are', async () => {
    const home = withButtons()
    expect(await askValues(home, 'press', 'deploy', '')).toEqual([':4'])
    expect(await askValues(home, 'smash', 'deploy', '')).toEqual([':4', 'dry-run', 'ship'])
    for (const command of ['delete', 'history', 'ignore', 'unignore', 'logs'])
      expect(await askValues(home, command, 'sh')).toEqual([':4', 'ship'])
  })

  test('everywhere else the shell may offer files', async () => {
    const home = withButtons()
    expect(await askValues(home, 'tail', '')).toEqual([':0'])
    expect(await askValues(home, 'list', '')).toEqual([':0'])
    expect(await askValues(home, 'deploy', '')).toEqual([':0'])
    expect(await askValues(home, 'batteries', 'nope', '')).toEqual([':0'])
  })

  test('what cannot be answered says so to people and stays harmless', async () => {
    const home = emptyHome()
    home.write('data', 'a file')
    await buttons('__complete', 'press', '')
      .in(home)
      .expect({ stdout: ':1\n', stderr: /^Cannot complete: .*\nCompletion: failed\n$/ })
    await buttons('__complete', '--nope', '')
      .in(home)
      .expect({ stdout: ':1\n', stderr: /unknown flag: --nope/ })
  })

  test('help is no flag of the hidden commands but a word like others', async () => {
    expect(await askValues(emptyHome(), 'press', '--hel')).toEqual([':4', '--help'])
  })
})

describe('scripts', () => {
  test.each(['bash', 'zsh', 'fish', 'powershell'])('%s has one, in both modes', async (shell) => {
    const home = emptyHome()
    const piped = await buttons('completion', shell)
      .in(home)
      .expect({ stdout: /__complete / })
    await buttons('completion', shell).in(home).onTerminal().expect({ stdout: piped.stdout })
    const bare = await buttons('completion', shell, '--no-descriptions').in(home)
    expect(bare.stdout).toBe(piped.stdout.replaceAll('__complete ', '__completeNoDesc '))
  })

  test('an unknown shell is refused with those that are known', async () => {
    await buttons('completion tcsh')
      .in(emptyHome())
      .expect({
        error: { code: 'VALIDATION_ERROR', hint: 'Known shells: bash, zsh, fish, powershell' },
        stderr: /^Cannot complete for "tcsh": no script is known for it\n/,
      })
  })
})

/** A home with `buttons` on its PATH and the script of a shell. */
async function withScript(shell: string) {
  const home = withButtons()
  home.write('work/notes.txt', '')
  const source = `"${process.execPath}" "${resolve(import.meta.dir, '../../src/main.ts')}"`
  const program = executable === undefined ? source : `"${executable}"`
  home.write('bin/buttons', `#!/bin/sh\nexec ${program} "$@"\n`, 0o700)
  const { stdout } = await buttons('completion', shell).in(home)
  const script = home.write(`script.${shell}`, stdout)
  const env = { ...home.env, PATH: `${home.root}/bin:${home.env['PATH']}`, TERM: 'dumb' }
  return { home, script, env }
}

const running: Bun.Subprocess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** Types into an interactive shell once it is ready and waits for what it then shows. */
async function type(
  command: string[],
  options: { cwd: string; env: Record<string, string> },
  input: string,
  awaited: RegExp,
): Promise<string> {
  let shown = ''
  let typed = false
  const seen = Promise.withResolvers<string>()
  const decoder = new TextDecoder()
  const child = Bun.spawn(command, {
    ...options,
    terminal: {
      cols: 200,
      rows: 50,
      data: (terminal, bytes) => {
        shown += decoder.decode(bytes, { stream: true })
        if (!typed && shown.includes('READY> ')) {
          typed = true
          shown = ''
          terminal.write(input)
        }
        if (typed && awaited.test(shown)) seen.resolve(shown)
      },
    },
  })
  running.push(child)
  void child.exited.then(() => seen.reject(new Error(`the shell left after showing ${shown}`)))
  return seen.promise
}

const bash = Bun.which('bash')
const zsh = Bun.which('zsh')
const fish = Bun.which('fish')

describe.skipIf(!bash)('in bash', () => {
  async function inBash(input: string, awaited: RegExp) {
    const { home, script, env } = await withScript('bash')
    const rc = home.write('rc', `PS1='READY> '\nbind 'set bell-style none'\nsource '${script}'\n`)
    return type(
      [bash!, '--noprofile', '--rcfile', rc, '-i'],
      { cwd: home.cwd, env },
      input,
      awaited,
    )
  }

  test('the only candidate is put in, with a blank behind it', async () => {
    await inBash('buttons press dep\t', /buttons press deploy $/)
  })

  test('several candidates are listed with what they are', async () => {
    const shown = await inBash('buttons press \t\t', /ship/)
    expect(shown).toContain('deploy  -- Ship it')
  })

  test('files are offered where a file may stand', async () => {
    await inBash('buttons press deploy --arg no\t', /--arg notes\.txt $/)
    await inBash('buttons tail no\t', /tail notes\.txt $/)
  })

  test('words that bash splits are put together again', async () => {
    await inBash('buttons press --arg=a=b:c dep\t', /--arg=a=b:c deploy $/)
  })
})

describe.skipIf(!zsh)('in zsh', () => {
  async function inZsh(input: string, awaited: RegExp) {
    const { home, script, env } = await withScript('zsh')
    home.write(
      '.zshrc',
      `PS1='READY> '\nunsetopt beep\nautoload -Uz compinit\ncompinit -u -D\nsource '${script}'\n`,
    )
    return type(
      [zsh!, '-d', '-i'],
      { cwd: home.cwd, env: { ...env, ZDOTDIR: home.root } },
      input,
      awaited,
    )
  }

  test('the only candidate is put in', async () => {
    await inZsh('buttons press dep\t', /deploy $|loy $/)
  })

  test('several candidates are listed with what they are', async () => {
    await inZsh('buttons press \t', /deploy +-- Ship it/)
  })

  test('files are offered where a file may stand', async () => {
    await inZsh('buttons tail no\t', /notes\.txt $|tes\.txt $/)
  })

  test('it can be loaded from a folder of functions', async () => {
    const { home, script, env } = await withScript('zsh')
    home.write('functions/_buttons', await Bun.file(script).text())
    home.write(
      '.zshrc',
      `PS1='READY> '\nunsetopt beep\nfpath=('${home.root}/functions' $fpath)\nautoload -Uz compinit\ncompinit -u -D\n`,
    )
    const options = { cwd: home.cwd, env: { ...env, ZDOTDIR: home.root } }
    await type([zsh!, '-d', '-i'], options, 'buttons press dep\t', /deploy $|loy $/)
  })
})

describe.skipIf(!fish)('in fish', () => {
  async function inFish(line: string) {
    const { home, script, env } = await withScript('fish')
    const child = Bun.spawn(
      [fish!, '--no-config', '-c', `source '${script}'; complete -C '${line}'`],
      { cwd: home.cwd, env, stdout: 'pipe', stderr: 'pipe' },
    )
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    expect(stderr).toBe('')
    return stdout.trimEnd().split('\n')
  }

  test('candidates come with what they are', async () => {
    expect(await inFish('buttons press dep')).toEqual(['deploy\tShip it'])
    expect(await inFish('buttons press ')).toEqual(['deploy\tShip it', 'dry-run\tA\ttab', 'ship'])
    expect(await inFish('buttons batteries set --gl')).toEqual([
      '--global\tThe batteries of this user, for every project',
    ])
  })

  test('files are offered where a file may stand', async () => {
    expect(await inFish('buttons tail no')).toEqual(['notes.txt'])
    expect(await inFish('buttons press deploy no')).toEqual([''])
  })
})
