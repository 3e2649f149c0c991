import { describe, expect, test } from 'bun:test'
import { pressAt, pressHttp } from '../helpers/http.ts'
import { byPath, flood, headerOf, reply, serve } from '../helpers/servers.ts'

describe('a redirect', () => {
  test('is followed with its method and without its body', async () => {
    const server = await serve(
      byPath({
        '/': reply('302 Found', { Location: '/b?x=1' }),
        '/b?x=1': reply('303 See Other', { Location: 'c' }),
        '/c': reply(200, {}, 'there'),
      }),
    )
    const spec = {
      url: `${server.origin}/`,
      method: 'POST',
      headers: { Authorization: 'Bearer x', 'Content-Type': 'text/plain' },
      body: 'hello',
    }
    const { result } = await pressHttp(spec)
    expect(result).toMatchObject({ status: 'ok', exit_code: 200, stdout: 'there' })
    expect(server.requests.map((request) => [request.line, request.body])).toEqual([
      ['POST / HTTP/1.1', 'hello'],
      ['GET /b?x=1 HTTP/1.1', ''],
      ['GET /c HTTP/1.1', ''],
    ])
    expect(headerOf(server.requests[2], 'authorization')).toBe('Bearer x')
    expect(headerOf(server.requests[2], 'content-type')).toBeUndefined()
  })

  test.each([307, 308])('%p repeats method and body', async (status) => {
    const server = await serve(byPath({ '/': reply(status, { Location: '/b' }), '/b': reply(200) }))
    await pressHttp({ url: `${server.origin}/`, method: 'PUT', body: 'hello' })
    expect(server.requests[1]).toMatchObject({ line: 'PUT /b HTTP/1.1', body: 'hello' })
  })

  test('is followed ten times', async () => {
    const { server, result } = await pressAt(reply('302 Found', { Location: '/again' }))
    expect(server.requests).toHaveLength(11)
    expect(result).toMatchObject({
      exit_code: -1,
      error_type: 'SCRIPT_ERROR',
      stderr: 'request failed: stopped after 10 redirects',
      http_status_code: 302,
    })
  })

  test('to another host takes nothing along but Accept headers', async () => {
    const other = await serve(reply(200, {}, 'other'), '127.0.0.2')
    const headers = { Authorization: 'x', Cookie: 'y', 'X-Key': 'z', Accept: 'text/plain' }
    const { result } = await pressAt(reply('302 Found', { Location: other.origin }), { headers })
    expect(result.stdout).toBe('other')
    expect(other.requests[0]!.headers).toEqual([
      `Host: 127.0.0.2:${other.port}`,
      'Accept: text/plain',
      'User-Agent: buttons/dev',
      'Accept-Encoding: gzip',
      'Connection: close',
    ])
  })

  const refused: [what: string, status: number, spec: Record<string, unknown>][] = [
    ['307', 307, {}],
    ['308', 308, {}],
    ['302 with a body', 302, { method: 'POST', body: 'x' }],
    ['302 of a GET with a body', 302, { body: 'x' }],
  ]
  test.each(refused)('%s to another host is refused', async (_, status, spec) => {
    const other = await serve(reply(200), '127.0.0.2')
    const { result } = await pressAt(reply(status, { Location: other.origin }), spec)
    expect(result).toMatchObject({
      status: 'error',
      exit_code: -1,
      error_type: 'VALIDATION_ERROR',
      http_status_code: status,
    })
    expect(result.stderr).toStartWith('refusing request: redirect')
    expect(other.connections).toBe(0)
  })

  const places = ['file:///etc/passwd', 'ftp://a.test/', 'data:,x', 'http://u:p@a.test/']
  test.each(places)('to %s is refused', async (Location) => {
    const { result } = await pressAt(reply('302 Found', { Location }))
    expect(result).toMatchObject({ exit_code: -1, error_type: 'VALIDATION_ERROR' })
  })

  test('closes the connection it leaves, whatever its body', async () => {
    const endless = flood('HTTP/1.1 302 Found\r\nLocation: /end\r\n\r\n', 'x'.repeat(60_000))
    const { server, result } = await pressAt(byPath({ '/': endless, '/end': reply(200) }))
    expect(result.exit_code).toBe(200)
    await server.idle()
  })
})
