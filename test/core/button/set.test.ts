import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { applyAssignments, parseAssignments } from '#core/button/set.ts'

type File = Record<string, unknown>

const script: File = {
  schema_version: 2,
  name: 'x',
  runtime: 'shell',
  env: { A: '1' },
  timeout_seconds: 300,
  mcp_enabled: false,
  args: [
    { name: 'env', type: 'enum', required: true, values: ['a', 'b'] },
    { name: 'n', type: 'int', required: false, note: 'kept' },
  ],
  queue: { name: 'q', concurrency: 2 },
  future: { kept: true },
}

const http: File = {
  ...script,
  runtime: 'http',
  url: 'https://h/x',
  method: 'GET',
  allowed_host: 'h',
  headers: { Accept: 'text/plain' },
  max_response_bytes: 10_485_760,
}

const set = (file: File, ...words: string[]) => applyAssignments('x', file, parseAssignments(words))

test.each<[string, File, string[], File]>([
  ['text', script, ['description=hi'], { description: 'hi' }],
  ['text that looks like a number', script, ['description=5'], { description: '5' }],
  ['a JSON text', script, ['description="5"'], { description: '5' }],
  ['text with equals signs', script, ['description=a=b=c'], { description: 'a=b=c' }],
  ['tags between commas', script, ['tags=a, b,a'], { tags: ['a', 'b'] }],
  ['tags as JSON', script, ['tags=["a","b c"]'], { tags: ['a', 'b c'] }],
  ['one tag', script, ['tags=release'], { tags: ['release'] }],
  ['a flag', script, ['pinned=true'], { pinned: true }],
  ['another flag', script, ['mcp_enabled=true'], { mcp_enabled: true }],
  ['a timeout', script, ['timeout_seconds=60'], { timeout_seconds: 60 }],
  ['keys of batteries', script, ['requires_batteries=A_1,B'], { requires_batteries: ['A_1', 'B'] }],
  ['a variable', script, ['env.B=2'], { env: { A: '1', B: '2' } }],
  ['a variable with dots', script, ['env.my.var=x'], { env: { A: '1', 'my.var': 'x' } }],
  [
    'a queue',
    script,
    ['queue.key=${args.env}'],
    { queue: { name: 'q', concurrency: 2, key: '${args.env}' } },
  ],
  ['a schema', script, ['output_schema={"type":"object"}'], { output_schema: { type: 'object' } }],
  [
    'a part of a schema',
    script,
    ['output_schema.type=object', 'output_schema.required=["a"]', 'output_schema.required.1=b'],
    { output_schema: { type: 'object', required: ['a', 'b'] } },
  ],
  [
    'a field of an argument',
    script,
    ['args.1.required=true', 'args.1.secret=true'],
    {
      args: [
        { name: 'env', type: 'enum', required: true, values: ['a', 'b'] },
        { name: 'n', type: 'int', note: 'kept', required: true, secret: true },
      ],
    },
  ],
  [
    'a new argument by its declaration',
    script,
    ['args.0=null', 'args.1=token:string:required:secret'],
    {
      args: [
        { name: 'n', type: 'int', required: false, note: 'kept' },
        { name: 'token', type: 'string', required: true, secret: true },
      ],
    },
  ],
  [
    'an argument as JSON',
    script,
    ['args.0={"name":"x","type":"bool","required":true}', 'args.1=null'],
    { args: [{ name: 'x', type: 'bool', required: true }] },
  ],
  [
    'a URL and its host',
    http,
    ['url=http://New.org:81/{{a}}'],
    { url: 'http://New.org:81/{{a}}', allowed_host: 'new.org:81' },
  ],
  ['a method', http, ['method=put'], { method: 'PUT' }],
  ['a header in any case', http, ['headers.accept=5'], { headers: { Accept: '5' } }],
  ['a body of JSON', http, ['body={"a": 1}'], { body: '{"a": 1}' }],
  ['a size', http, ['max_response_bytes=5M'], { max_response_bytes: 5_242_880 }],
  ['private networks', http, ['allow_private_networks=true'], { allow_private_networks: true }],
])('%s is set', (_, file, words, changes) => {
  expect(set(file, ...words)).toEqual({ ...file, ...changes })
})

test.each<[string, File]>([
  ['description=null', { ...script, description: 'x' }],
  ['tags=null', { ...script, tags: ['a'] }],
  ['tags=[]', { ...script, tags: ['a'] }],
  ['description=', { ...script, description: 'x' }],
  ['queue=null', script],
  ['output_schema=null', { ...script, output_schema: {} }],
  ['headers.ACCEPT=null', http],
  ['body=null', { ...http, body: 'x' }],
])('%s removes', (word, file) => {
  const key = word.split(/[.=]/)[0]!
  const { [key]: gone, ...rest } = file
  expect(gone).toBeDefined()
  expect(set(file, word)).toEqual(rest)
})

test.each<[string, File, File]>([
  ['timeout_seconds=null', { ...script, timeout_seconds: 5 }, { timeout_seconds: 300 }],
  ['mcp_enabled=null', { ...script, mcp_enabled: true }, { mcp_enabled: false }],
  ['env.A=null', script, { env: {} }],
  ['max_response_bytes=null', http, { max_response_bytes: 10_485_760 }],
])('%s goes back to what is written when nothing is set', (word, file, changes) => {
  expect(set(file, word)).toEqual({ ...file, ...changes })
})

test.each<[string, File, string]>([
  ['plain', script, 'KEY=VALUE'],
  ['=x', script, 'not a name'],
  ['a..b=x', script, 'not a name'],
  ['output_schema.__proto__.x=1', script, 'not a name'],
  ['env.__proto__=1', script, 'not a name'],
  ['nothing=1', script, 'no such key'],
  ['name=y', script, 'kept by buttons itself'],
  ['runtime=node', script, 'kept by buttons itself'],
  ['allowed_host=*', http, 'kept by buttons itself'],
  ['toString=1', script, 'no such key'],
  ['description.x=1', script, 'no parts'],
  ['pinned=yes', script, 'true or false'],
  ['timeout_seconds=0', script, 'above 0'],
  ['timeout_seconds=1.5', script, 'above 0'],
  ['timeout_seconds=soon', script, 'above 0'],
  ['tags=a,,b', script, 'list of texts'],
  ['tags=[1]', script, 'list of texts'],
  ['requires_batteries=lower', script, '"lower"'],
  ['env=x', script, 'env.NAME=VALUE'],
  ['env.BUN_BE_BUN=1', script, 'foreign code'],
  ['env.bun_options=1', script, 'foreign code'],
  ['env.LD_PRELOAD=x', script, 'foreign code'],
  ['env.DYLD_INSERT_LIBRARIES=x', script, 'foreign code'],
  ['env.NODE_OPTIONS=x', script, 'foreign code'],
  ['env.X="a\\u0000"', script, 'NUL'],
  ['queue=x', script, 'queue.name'],
  ['queue.size=1', script, 'name, concurrency and key'],
  ['queue.concurrency=0', script, 'above 0'],
  ['queue.name=null', script, '"queue.name"'],
  ['output_schema=[1]', script, 'not a JSON Schema'],
  ['output_schema=text', script, 'not a JSON Schema'],
  ['args=[]', script, 'counted from 0'],
  ['args.5=x:int:required', script, 'counted from 0'],
  ['args.2.name=x', script, 'counted from 0'],
  ['args.-1=null', script, 'counted from 0'],
  ['args.0.type=float', script, 'the type must be'],
  ['args.0.values=["a"]', script, 'at least two'],
  ['args.0.name=n', script, 'declared twice'],
  ['args.0.required=maybe', script, 'true or false'],
  ['args.0.color=red', script, 'an argument has'],
  ['args.2=x', script, 'name:type:required'],
  ['args.2={"name":5}', script, '"args.2'],
  ['url=https://h', script, 'no HTTP button'],
  ['body=x', script, 'no HTTP button'],
  ['url=null', http, 'not removed'],
  ['url=ftp://h', http, 'http:// or https://'],
  ['method=GET X', http, 'HTTP method'],
  ['headers.A b=x', http, 'not a header name'],
  ['headers.A="x\\n"', http, 'control'],
  ['max_response_bytes=3GB', http, '2.00 GB'],
])('%s is refused', (word, file, why) => {
  expect(() => set(file, word)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', message: expect.stringContaining(why) }),
  )
})

test('one bad assignment among good ones changes nothing', () => {
  const before = structuredClone(script)
  expect(() => set(script, 'description=new', 'args.0=null', 'timeout_seconds=0')).toThrow()
  expect(script).toEqual(before)
})

test('a mistyped key is guessed', () => {
  expect(() => parseAssignments(['descripton=x'])).toThrow(
    expect.objectContaining({ hint: 'Did you mean "description"?' }),
  )
})

test('a file of a newer program is not rewritten', () => {
  expect(() => set({ ...script, schema_version: 3 }, 'pinned=true')).toThrow('newer')
})

test('arguments that somebody wrote by hand do not stand in the way of other changes', () => {
  const odd = { ...script, args: [{ name: 'a b', type: 'color', required: true }] }
  expect(set(odd, 'pinned=true')).toEqual({ ...odd, pinned: true })
})

test('any words either change a copy or are refused, and prototypes stay clean', () => {
  const key = fc.constantFrom(
    'description',
    'tags',
    'env.A',
    'args.0',
    'args.0.name',
    'queue.name',
    'queue',
    'output_schema',
    'output_schema.a.b',
    'output_schema.0',
    'headers.X',
    'url',
    'body',
    'constructor',
    'env.constructor',
    'output_schema.constructor.prototype.x',
  )
  const word = fc
    .tuple(fc.oneof(key, fc.string()), fc.oneof(fc.string(), fc.json()))
    .map(([path, value]) => `${path}=${value}`)
  fc.assert(
    fc.property(
      fc.constantFrom(script, http),
      fc.array(word, { minLength: 1, maxLength: 5 }),
      (file, words) => {
        const before = JSON.stringify(file)
        try {
          expect(set(file, ...words)).toMatchObject({ future: { kept: true } })
        } catch (error) {
          expect(error).toMatchObject({ code: 'VALIDATION_ERROR' })
        }
        expect(JSON.stringify(file)).toBe(before)
        expect(Object.keys(Object.prototype)).toEqual([])
      },
    ),
  )
})
