// Runs the suite in parallel and closes with one line of totals: `N passed, N failed, N skipped`.
// Arguments go on to `bun test`; BUTTONS_BIN=dist/buttons tests that executable from outside.

const command = [
  process.execPath,
  'test',
  '--parallel',
  '--timeout=120000',
  ...process.argv.slice(2),
]
const child = Bun.spawn(command, { env: process.env, stdio: ['ignore', 'inherit', 'pipe'] })

let report = ''
const decoder = new TextDecoder()
for await (const chunk of child.stderr) {
  const text = decoder.decode(chunk, { stream: true })
  report += text
  process.stderr.write(text)
}
const status = await child.exited

const count = (word: string) => Number(new RegExp(`^ *(\\d+) ${word}$`, 'm').exec(report)?.[1] ?? 0)
const [passed, failed, skipped] = [count('pass'), count('fail'), count('skip')]
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(status !== 0 || failed > 0 || passed === 0 ? 1 : 0)

export {}
