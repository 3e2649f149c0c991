import { describe, expect, test } from 'bun:test'
import { fakeNames, pressAt, pressHttp } from '../helpers/http.ts'
import { flood, raw, reply, serve, type Answer } from '../helpers/servers.ts'

describe('the answer decides', () => {
  const rows: [status: string, outcome: Record<string, unknown>][] = [
    ['200 OK', { status: 'ok', exit_code: 200, http_status_code: 200, stdout: 'b', stderr: '' }],
    ['204 No Content', { status: 'ok', exit_code: 204, stdout: '', stderr: '' }],
    ['302 Found', { status: 'ok', exit_code: 302, http_status_code: 302, stdout: 'b' }],
    ['304 Not Modified', { status: 'ok', exit_code: 304, stdout: '' }],
    ['399 Odd', { status: 'ok', exit_code: 399 }],
    ['400 Bad Request', { status: 'error', exit_code: 400, error_type: 'SCRIPT_ERROR' }],
    [
      '404 Not Found',
      { status: 'error', exit_code: 404, stdout: 'b', stderr: 'HTTP 404 Not Found' },
    ],
    ['500 ', { status: 'error', http_status_code: 500, stderr: 'HTTP 500 Internal Server Error' }],
    ['599 Odd One', { status: 'error', exit_code: 599, stderr: 'HTTP 599 Odd One' }],
    ['999 Out', { status: 'error', exit_code: 999, http_status_code: 999 }],
  ]
  test.each(rows)('%s', async (status, outcome) => {
    const { result, run } = await pressAt(reply(status, {}, 'b'))
    expect(result).toMatchObject(outcome)
    const { exit_code, http_status_code } = result
    expect(run).toMatchObject({ ...outcome, exit_code, http_status_code })
    expect(result).not.toHaveProperty('truncated')
    expect(result).not.toHaveProperty('progress_path')
  })

  const failures: [
    what: string,
    answer: Answer,
    stderr: string | RegExp,
    status: number | undefined,
  ][] = [
    [
      'nothing',
      raw(''),
      /^request failed: ECONNRESET: read the answer of "127\.0\.0\.1:\d+"$/,
      undefined,
    ],
    ['garbage', raw('hello\r\n\r\n'), /^request failed: HPE_INVALID_CONSTANT: /, undefined],
    [
      'endless headers',
      flood('HTTP/1.1 200 OK\r\n', `A: ${'a'.repeat(999)}\r\n`),
      /^request failed: HPE_HEADER/,
      undefined,
    ],
    [
      'half a body',
      raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      /^request failed: ECONNRESET: the answer broke off$/,
      200,
    ],
    [
      'bad chunks',
      raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
      /^request failed: .*broke off$/,
      200,
    ],
    [
      'false gzip',
      reply(200, { 'Content-Encoding': 'gzip' }, 'x'),
      'request failed: EBADMSG: the answer is not the gzip it claims to be',
      200,
    ],
    [
      'a redirect to nowhere',
      reply('302 Found', { Location: 'http://' }),
      'request failed: redirect to an unreadable Location',
      302,
    ],
  ]
  test.each(failures)('%s is a failure', async (_, answer, stderr, status) => {
    const { result, run } = await pressAt(answer)
    const outcome = { status: 'error', exit_code: -1, error_type: 'SCRIPT_ERROR', stdout: '' }
    expect(result).toMatchObject(outcome)
    expect(run).toMatchObject(outcome)
    expect(result.stderr).toMatch(stderr)
    expect(result.http_status_code).toBe(status)
  })

  test('a server that is not there is a failure', async () => {
    const { port } = await serve(reply(200), '127.0.0.2')
    const { result } = await pressHttp({ url: `http://127.0.0.1:${port}/` })
    const stderr = `request failed: ECONNREFUSED: connect to "127.0.0.1:${port}"`
    expect(result).toMatchObject({ exit_code: -1, error_type: 'SCRIPT_ERROR', stderr })
    expect(result).not.toHaveProperty('http_status_code')
  })

  test('a name that nobody knows is a failure', async () => {
    const { result } = await pressHttp({ url: 'http://no-such-name.invalid/' })
    expect(result).toMatchObject({ exit_code: -1, error_type: 'SCRIPT_ERROR' })
    expect(result.stderr).toMatch(/^request failed: \w+: resolve "no-such-name.invalid"$/)
    const network = fakeNames({ 'empty.test': [] })
    const empty = await pressHttp({ url: 'http://empty.test/' }, { network })
    expect(empty.result.stderr).toBe('request failed: "empty.test" has no address')
  })

  const refusals: [spec: Record<string, unknown>, error: string, stderr: RegExp][] = [
    [{ url: 'ftp://a.test/' }, 'VALIDATION_ERROR', /^refusing request: the URL must begin/],
    [
      { url: 'http://a.test/', allowed_host: 'b.test' },
      'VALIDATION_ERROR',
      /^refusing request: host "a.test"/,
    ],
    [
      { url: 'http://a.test/', allowed_host: '*' },
      'VALIDATION_ERROR',
      /^refusing request: allowed_host/,
    ],
    [
      { url: 'http://a.test/', headers: { A: 'x\ny' } },
      'VALIDATION_ERROR',
      /^refusing request: header "A"/,
    ],
    [
      { url: 'http://a.test/', headers: { A: '$ENV{NO}' } },
      'VALIDATION_ERROR',
      /^refusing request: header "A" needs "NO"/,
    ],
    [{ url: 'http://a.test/', method: 'A B' }, 'SCRIPT_ERROR', /^Cannot build the request: /],
  ]
  test.each(refusals)('%p is not sent', async (spec, error, stderr) => {
    const network = fakeNames({})
    const { result, run } = await pressHttp(spec, { network })
    const outcome = { status: 'error', exit_code: -1, error_type: error as 'SCRIPT_ERROR' }
    expect(result).toMatchObject(outcome)
    expect(run).toMatchObject(outcome)
    expect(result.stderr).toMatch(stderr)
    expect([network.asked, network.connected]).toEqual([[], []])
  })
})
