import { describe, expect, test } from 'bun:test'
import { pressAt } from '../helpers/http.ts'
import { headerOf, reply, type Answer } from '../helpers/servers.ts'

describe('what $ENV{NAME} gives', () => {
  const secret = 'hunter2-battery'
  const spec = { headers: { Authorization: 'Bearer $ENV{TOKEN}' } }
  const batteries = { TOKEN: secret }

  test('reaches the server and the record of nothing', async () => {
    const echo: Answer = (socket, request) =>
      reply(200, {}, `you said ${headerOf(request, 'authorization')}`)(socket, request)
    const { server, result, run, home } = await pressAt(echo, spec, { batteries })
    expect(headerOf(server.requests[0], 'authorization')).toBe(`Bearer ${secret}`)
    expect(result.stdout).toBe(`you said Bearer ${secret}`)
    expect(run.stdout).toBe('you said Bearer [redacted]')
    for (const name of home.list('data/buttons/ask/pressed'))
      expect(home.read(`data/buttons/ask/pressed/${name}`)).not.toContain(secret)
  })

  test('comes from the environment when there is no such battery, and is as secret', async () => {
    const echo: Answer = (socket, request) =>
      reply(200, {}, headerOf(request, 'authorization')!)(socket, request)
    const { result, run } = await pressAt(echo, spec, { env: { TOKEN: 'from-env' } })
    expect(result.stdout).toBe('Bearer from-env')
    expect(run.stdout).toBe('Bearer [redacted]')
  })

  const words: [what: string, answer: Answer][] = [
    ['the reason of a failure', reply(`403 no ${secret}`)],
    ['a redirect that is refused', reply(307, { Location: `http://${secret}.test/` })],
    ['a redirect with a strange scheme', reply(302, { Location: `${secret}:x` })],
  ]
  test.each(words)('is not in %s', async (_, answer) => {
    const { result } = await pressAt(answer, spec, { batteries })
    expect(result.status).toBe('error')
    expect(result.stderr).not.toContain(secret)
  })

  test('is not cached with the answer of a key', async () => {
    const echo: Answer = (socket, request) =>
      reply(200, {}, headerOf(request, 'authorization')!)(socket, request)
    const { home } = await pressAt(echo, spec, { batteries, idempotencyKey: 'k' })
    const names = home.list('data/idempotency').filter((name) => name.endsWith('.json'))
    expect(names).toHaveLength(1)
    expect(home.read(`data/idempotency/${names[0]}`)).not.toContain(secret)
  })
})
