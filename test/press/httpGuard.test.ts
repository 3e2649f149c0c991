import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Network } from '#host/host.ts'
import { fakeNames, pressHttp } from '../helpers/http.ts'
import { byPath, reply, serve } from '../helpers/servers.ts'

const guarded = { allow_private_networks: false }
const publicAddress = '93.184.216.34'

/** A network that must not be touched. */
const forbidden: Network = {
  lookup: async (host) => {
    throw new Error(`"${host}" was resolved`)
  },
  request: async ({ addresses }) => {
    throw new Error(`connected to ${addresses.join()}`)
  },
  openSocket: async ({ url }) => {
    throw new Error(`connected to ${url}`)
  },
}

describe('an address in a URL', () => {
  const spellings = [
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '00000177.0x0.0.1',
    '0',
    '10.1.2.3',
    '169.254.169.254',
    '192.0.2.1',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1%25lo]',
    '[fd00::1]',
  ]
  test.each(spellings)('%s is refused before anything is sent', async (host) => {
    const { result } = await pressHttp(
      { url: `http://${host}/`, ...guarded },
      { network: forbidden },
    )
    expect(result).toMatchObject({ exit_code: -1, error_type: 'VALIDATION_ERROR' })
    expect(result.stderr).toStartWith('refusing request: SSRF blocked: ')
    expect(result.stderr).toContain('allow_private_networks')
    expect(result.stderr).toContain('BUTTONS_ALLOW_PRIVATE_NETWORKS=1')
  })

  test('is connected to without a question to the resolver', async () => {
    const server = await serve(reply(200, {}, 'here'))
    const network = fakeNames({})
    const url = `http://${publicAddress}:${server.port}/`
    const { result } = await pressHttp({ url, ...guarded }, { network })
    expect(result.stdout).toBe('here')
    expect([network.asked, network.connected]).toEqual([[], [[publicAddress]]])
  })
})

describe('a name', () => {
  const answers: [addresses: string[], blocked: string][] = [
    [['127.0.0.1'], '127.0.0.1'],
    [[publicAddress, '127.0.0.1'], '127.0.0.1'],
    [['10.0.0.1', publicAddress], '10.0.0.1'],
    [[publicAddress, '::1'], '::1'],
    [['::ffff:169.254.169.254'], '::ffff:a9fe:a9fe'],
    [['fe80::1%eth0'], 'fe80::1%eth0'],
    [['64:ff9b::7f00:1'], '64:ff9b::7f00:1'],
    [['not an address'], 'not an address'],
  ]
  test.each(answers)('at %p is not connected to', async (addresses, blocked) => {
    const network = fakeNames({ 'name.test': addresses })
    const { result, run } = await pressHttp({ url: 'http://name.test/', ...guarded }, { network })
    const outcome = { status: 'error', exit_code: -1, error_type: 'SCRIPT_ERROR' } as const
    expect(result).toMatchObject(outcome)
    expect(run).toMatchObject(outcome)
    expect(result.stderr).toStartWith('request failed: SSRF blocked: name.test')
    expect(result.stderr).toContain(blocked)
    expect([network.asked, network.connected]).toEqual([['name.test'], []])
  })

  test.each(['localhost', 'LOCALHOST'])('of this machine, %s, is no way', async (host) => {
    const server = await serve(reply(200))
    const { result } = await pressHttp({ url: `http://${host}:${server.port}/`, ...guarded })
    expect(result.stderr).toStartWith('request failed: SSRF blocked: localhost')
    expect(server.connections).toBe(0)
  })

  test('with a trailing dot is a name like any other', async () => {
    const network = fakeNames({ 'name.test.': ['127.0.0.1'] })
    const { result } = await pressHttp({ url: 'http://name.test./', ...guarded }, { network })
    expect(result.stderr).toStartWith('request failed: SSRF blocked: name.test. (127.0.0.1)')
  })

  test('is resolved once, and its checked addresses are all that is tried', async () => {
    const server = await serve(reply(200, {}, 'here'))
    const checked = [publicAddress, '2606:2800:220:1::1']
    // Whoever asks again is told something else.
    const network = fakeNames({ 'flip.test': [checked, ['127.0.0.1']] })
    const url = `http://flip.test:${server.port}/`
    const { result } = await pressHttp({ url, ...guarded }, { network })
    expect(result.stdout).toBe('here')
    expect([network.asked, network.connected]).toEqual([['flip.test'], [checked]])
    expect(server.requests[0]!.headers[0]).toBe(`Host: flip.test:${server.port}`)
  })

  test('that flips cannot get through with a redirect to itself', async () => {
    const server = await serve(byPath({ '/': reply(302, { Location: '/b' }), '/b': reply(200) }))
    const network = fakeNames({ 'flip.test': [[publicAddress], ['127.0.0.1']] })
    const url = `http://flip.test:${server.port}/`
    const { result } = await pressHttp({ url, ...guarded }, { network })
    expect(result).toMatchObject({ error_type: 'SCRIPT_ERROR', http_status_code: 302 })
    expect(result.stderr).toStartWith('request failed: SSRF blocked: flip.test (127.0.0.1)')
    expect(server.requests).toHaveLength(1)
  })

  test('never gets a connection to an address that was not in its answer', async () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(publicAddress, '127.0.0.1'))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(address, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        async (answers) => {
          const network = fakeNames({ 'name.test': answers })
          const seen: (readonly string[])[] = []
          const request: Network['request'] = async ({ addresses }) => {
            seen.push(addresses)
            throw new Error('stop')
          }
          await pressHttp(
            { url: 'http://name.test/', ...guarded },
            { network: { ...network, request } },
          )
          expect(network.asked).toEqual(['name.test'])
          if (seen.length > 0) expect(seen).toEqual([answers[0]!])
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe('a redirect', () => {
  const targets = [
    'http://127.0.0.1:PORT/in',
    'http://2130706433:PORT/in',
    'http://0x7f.1:PORT/in',
    'http://[::ffff:127.0.0.1]:PORT/in',
    'http://localhost:PORT/in',
    'http://inside.test:PORT/in',
    '//127.0.0.1:PORT/in',
    'http://１２７.0.0.1:PORT/in',
  ]
  test.each(targets)('to %s is not followed', async (target) => {
    const server = await serve((socket, request) => {
      const Location = Buffer.from(target.replace('PORT', String(server.port))).toString('latin1')
      if (request.line.includes('/in ')) reply(200, {}, 'inside')(socket, request)
      else reply(302, { Location })(socket, request)
    })
    const network = fakeNames({
      'outside.test': [publicAddress],
      'inside.test': [publicAddress, '10.0.0.1'],
      localhost: ['::1', '127.0.0.1'],
    })
    const url = `http://outside.test:${server.port}/`
    const { result } = await pressHttp({ url, ...guarded }, { network })
    expect(result).toMatchObject({ status: 'error', exit_code: -1, http_status_code: 302 })
    expect(result.stderr).toContain('SSRF blocked')
    expect(network.connected).toEqual([[publicAddress]])
    expect(server.requests).toHaveLength(1)
  })
})

describe('the guard is off', () => {
  test('for a button that says so', async () => {
    const server = await serve(reply(200))
    const spec = { url: `${server.origin}/`, allow_private_networks: true }
    expect((await pressHttp(spec)).result.exit_code).toBe(200)
  })

  const values: [value: string, off: boolean][] = [
    ['1', true],
    ['true', false],
    ['yes', false],
    [' 1 ', false],
    ['0', false],
    ['', false],
  ]
  test.each(values)('with BUTTONS_ALLOW_PRIVATE_NETWORKS=%p: %p', async (value, off) => {
    const server = await serve(reply(200))
    const env = { BUTTONS_ALLOW_PRIVATE_NETWORKS: value }
    const { result } = await pressHttp({ url: `${server.origin}/`, ...guarded }, { env })
    expect(result.exit_code).toBe(off ? 200 : -1)
    expect(server.connections).toBe(off ? 1 : 0)
  })
})

test('allowed_host "*" works with its switch alone', async () => {
  const server = await serve(reply(200))
  const spec = { url: `${server.origin}/`, allowed_host: '*' }
  const env = { BUTTONS_ALLOW_ANY_HOST: '1' }
  expect((await pressHttp(spec, { env })).result.exit_code).toBe(200)
  expect((await pressHttp(spec)).result.error_type).toBe('VALIDATION_ERROR')
})
