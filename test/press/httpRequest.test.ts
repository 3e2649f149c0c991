import { describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { pressAt, pressHttp } from '../helpers/http.ts'
import { headerOf, reply, serve } from '../helpers/servers.ts'

describe('what is sent', () => {
  test('is what the button says', async () => {
    const { server } = await pressAt(
      reply(200),
      {
        method: 'post',
        headers: {
          'X-User': '{{user}}',
          Host: 'evil.test',
          'Content-Length': '1',
          Connection: 'upgrade',
          Upgrade: 'websocket',
          Expect: '100-continue',
          Trailer: 'X',
        },
        body: '{"user":"{{user}}"}',
        args: [{ name: 'user', type: 'string', required: true }],
      },
      { args: { user: 'Zoë "Z"' } },
    )
    const [request] = server.requests
    expect(request!.line).toBe('POST / HTTP/1.1')
    expect(request!.headers).toEqual([
      `Host: 127.0.0.1:${server.port}`,
      `X-User: ${Buffer.from('Zoë "Z"').toString('latin1')}`,
      'User-Agent: buttons/dev',
      'Accept-Encoding: gzip',
      'Content-Length: 21',
      'Connection: close',
    ])
    expect(request!.body).toBe('{"user":"Zoë \\"Z\\""}')
  })

  const paths = ['/a/../b', '/%2e%2e/x', '/..%2Fx', '/a//b', '/?q=%zz', '/x;y=1', '/a?b=/../c']
  test.each(paths)('the path %s stays as it is', async (path) => {
    const server = await serve(reply(200))
    await pressHttp({ url: `${server.origin}${path}#fragment` })
    expect(server.requests[0]!.line).toBe(`GET ${path} HTTP/1.1`)
  })

  test('a GET may have a body', async () => {
    const { server } = await pressAt(reply(200), { body: 'hello' })
    expect(server.requests[0]).toMatchObject({ line: 'GET / HTTP/1.1', body: 'hello' })
    expect(headerOf(server.requests[0], 'content-length')).toBe('5')
  })

  test('a body is sent at once when nobody says 100 Continue', async () => {
    const spec = { method: 'PUT', headers: { Expect: '100-continue' }, body: 'now' }
    const { server, result } = await pressAt(reply(200), spec)
    expect(result.exit_code).toBe(200)
    expect(server.requests[0]!.body).toBe('now')
  })

  test('HEAD has an answer without body', async () => {
    const { result } = await pressAt(reply(200, {}, 'long'), { method: 'HEAD' })
    expect(result).toMatchObject({ status: 'ok', exit_code: 200, stdout: '' })
  })

  test('an encoding that the button asks for is left to the button', async () => {
    const bytes = gzipSync('hello')
    const packed = reply(200, { 'Content-Encoding': 'gzip' }, bytes)
    const ours = await pressAt(packed)
    expect(ours.result.stdout).toBe('hello')
    const theirs = await pressAt(packed, { headers: { 'accept-encoding': 'gzip' } })
    expect(theirs.result.stdout).toBe(new TextDecoder().decode(bytes))
  })
})
