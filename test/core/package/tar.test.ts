import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { extractFiles } from '#core/package/artifact.ts'
import { hashContent } from '#core/package/contentHash.ts'
import { writeTar } from '#core/package/tar/write.ts'
import { Failure } from '#spec/errors.ts'
import { filesOf, paxRecord, type RawEntry, rawTar, textsOf } from '../../helpers/packages.ts'

const extract = (entries: readonly RawEntry[]) => textsOf(extractFiles(rawTar(entries)))

test('what is packed comes out again, without its wrapper', () => {
  const files = filesOf({ 'button.json': '{}', 'main.sh': 'echo hi\n', 'lib/x.py': '' })
  const archive = writeTar('hello', files)
  expect(textsOf(extractFiles(archive))).toEqual(textsOf(files))
  expect(hashContent(extractFiles(archive))).toBe(hashContent(files))
})

test('packing is deterministic and does not look at the order of the files', () => {
  const one = writeTar('hello', filesOf({ b: '2', a: '1' }))
  const other = writeTar('hello', filesOf({ a: '1', b: '2' }))
  expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true)
  expect(one.length % 512).toBe(0)
})

test('other programs read what we write', async () => {
  const long = `${'d/'.repeat(60)}x`
  const files = { 'main.sh': 'echo hi\n', 'ünïcode.txt': 'u', [long]: 'deep' }
  const archive = writeTar('hello', filesOf(files))
  const child = Bun.spawn(['tar', '-tf', '-'], { stdin: archive, stdout: 'pipe', stderr: 'pipe' })
  const listed = (await new Response(child.stdout).text()).trim().split('\n')
  expect(await child.exited).toBe(0)
  expect(listed).toHaveLength(3)
  expect(listed).toContain('hello/main.sh')
  expect(listed).toContain(`hello/${long}`)
})

test.each([
  ['a plain name', [{ name: 'hello/a.txt', data: 'x' }]],
  ['a leading ./', [{ name: './hello/a.txt', data: 'x' }]],
  ['doubled slashes', [{ name: 'hello//./a.txt', data: 'x' }]],
  ['a prefix', [{ name: 'a.txt', prefix: 'hello', data: 'x' }]],
  ['a header of the old form', [{ name: 'hello/a.txt', data: 'x', magic: '', type: '\0' }]],
  ['a header of GNU', [{ name: 'hello/a.txt', data: 'x', magic: 'ustar  \0', prefix: 'junk' }]],
  [
    'a PAX path',
    [
      { name: 'x', type: 'x', data: paxRecord('path', 'hello/a.txt') },
      { name: 'cut', data: 'x' },
    ],
  ],
  [
    'a PAX size',
    [
      { name: 'x', type: 'x', data: paxRecord('size', '1') },
      { name: 'hello/a.txt', data: 'x', size: '00000000000\0' },
    ],
  ],
  [
    'a long name of GNU',
    [
      { name: '././@LongLink', type: 'L', data: 'hello/a.txt\0' },
      { name: 'cut', data: 'x' },
    ],
  ],
  [
    'a global header before it',
    [
      { name: 'g', type: 'g', data: paxRecord('comment', 'c') },
      { name: 'hello/a.txt', data: 'x' },
    ],
  ],
  [
    'a directory before it',
    [
      { name: 'hello/', type: '5' },
      { name: 'hello/a.txt', data: 'x' },
    ],
  ],
  [
    'an old directory before it',
    [
      { name: 'hello/', type: '\0', magic: '' },
      { name: 'hello/a.txt', data: 'x' },
    ],
  ],
  ['a size in binary', [{ name: 'hello/a.txt', data: 'x', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' }]],
])('an archive with %s is read', (_, entries: RawEntry[]) => {
  expect(extract(entries)).toEqual({ 'a.txt': 'x' })
})

test.each([
  ['symbolic links', { name: 'hello/../evil', type: '2' }],
  [
    'hard links, whatever size they claim',
    { name: 'hello/link', type: '1', size: '00000777777\0' },
  ],
  ['directories that climb', { name: '../evil/', type: '5' }],
  ['devices', { name: '/dev/sda', type: '3' }],
  ['pipes', { name: 'hello/pipe', type: '6' }],
  ['bare files at the top', { name: 'README', data: 'x' }],
  ['records', { name: 'hello/pressed/old.json', data: '{}' }],
  ['the installer’s own state', { name: 'hello/.buttons-install-state.json', data: '{}' }],
  ['what a Mac leaves behind', { name: 'hello/._button.json', data: 'x' }],
  ['views of a Mac', { name: 'hello/sub/.DS_Store', data: 'x' }],
])('%s are skipped', (_, entry: RawEntry) => {
  expect(extract([entry, { name: 'hello/a', data: '1' }])).toEqual({ a: '1' })
})

test.each([
  ['hello/../evil'],
  ['../evil'],
  ['/etc/passwd'],
  ['hello/..'],
  ['..'],
  ['./'],
  ['hello/a\\b'],
  ['C:/hello/a'],
  ['hello/con'],
  ['hello/NUL.txt'],
  ['hello/com1 .sh'],
  ['hello/lpt9'],
  ['hello/x:stream'],
  [new Uint8Array([104, 47, 0xff, 0xfe])],
  [''],
])('the name %p is refused', (name) => {
  expect(() => extract([{ name, data: 'x' }])).toThrow('unsafe path in artifact')
})

test('a name with a NUL, which only PAX can carry, is refused', () => {
  const records = paxRecord('path', 'hello/a\0b')
  expect(() => extract([{ name: 'x', type: 'x', data: records }, { name: 'y' }])).toThrow(
    'unsafe path in artifact',
  )
})

test.each([
  ['a wrong checksum', [{ name: 'hello/a', checksum: '000000\0 ' }]],
  ['a size beyond the end', [{ name: 'hello/a', data: 'x', size: '00000777777\0' }]],
  ['a size that is no number', [{ name: 'hello/a', size: 'zzzzzzzzzzz\0' }]],
  [
    'a negative size',
    [{ name: 'hello/a', size: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }],
  ],
  [
    'an impossible size',
    [{ name: 'hello/a', size: '\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }],
  ],
  ['a malformed PAX record', [{ name: 'x', type: 'x', data: '99 path=a\n' }, { name: 'y' }]],
  ['a PAX record without blank', [{ name: 'x', type: 'x', data: 'a'.repeat(2000) }, { name: 'y' }]],
  [
    'a PAX size that is no number',
    [{ name: 'x', type: 'x', data: paxRecord('size', '-1') }, { name: 'hello/y' }],
  ],
  [
    'a sparse file',
    [{ name: 'x', type: 'x', data: paxRecord('GNU.sparse.major', '1') }, { name: 'hello/y' }],
  ],
  ['two wrapper directories', [{ name: 'one/a' }, { name: 'two/b' }]],
  ['names that differ in case', [{ name: 'h/Main.sh' }, { name: 'h/main.SH' }]],
  ['names that differ in normalisation', [{ name: 'h/e\u0301' }, { name: 'h/\u00e9' }]],
  ['a file that is a directory, too', [{ name: 'h/lib' }, { name: 'h/lib/x' }]],
  ['a file that is a directory in other case', [{ name: 'h/lib/x' }, { name: 'h/LIB' }]],
])('an archive with %s is refused', (_, entries: RawEntry[]) => {
  expect(() => extract(entries)).toThrow('untar')
})

test('the last of two files of one name wins', () => {
  expect(
    extract([
      { name: 'h/a', data: '1' },
      { name: './h/a', data: '2' },
    ]),
  ).toEqual({ a: '2' })
})

test('an archive that is cut off is refused, wherever it is cut', () => {
  const whole = rawTar([{ name: 'h/a', data: 'x'.repeat(700) }])
  for (const end of [1, 511, 513, 1100]) {
    expect(() => extractFiles(whole.subarray(0, end))).toThrow('untar: the archive is cut off')
  }
})

test('no more than 4096 files come out of an archive', () => {
  const entries = Array.from({ length: 4097 }, (_, at) => ({ name: `h/${at}` }))
  expect(() => extract(entries)).toThrow('too many files')
  expect(extractFiles(rawTar(entries.slice(1))).size).toBe(4096)
})

test('no more than 256 MiB come out of an archive, copies of one file counted each', () => {
  const data = new Uint8Array(128 * 1024 * 1024)
  const twice = [
    { name: 'h/a', data },
    { name: 'h/a', data },
  ]
  expect(extractFiles(rawTar(twice)).get('a')).toHaveLength(data.length)
  expect(() => extractFiles(rawTar([...twice, { name: 'h/b', data: 'x' }]))).toThrow(
    'too large uncompressed',
  )
})

/** What must hold for whatever comes out of whatever went in. */
function checkExtracted(files: ReadonlyMap<string, Uint8Array>, archive: Uint8Array): void {
  let total = 0
  for (const [path, data] of files) {
    expect(path).not.toMatch(/^\/|^[A-Za-z]:|\\|\0/)
    for (const part of path.split('/')) expect(['', '.', '..']).not.toContain(part)
    expect(path.startsWith('pressed/')).toBe(false)
    expect(data.buffer).toBe(archive.buffer as ArrayBuffer)
    total += data.length
  }
  expect(total).toBeLessThanOrEqual(archive.length)
}

function tryExtract(archive: Uint8Array): void {
  try {
    checkExtracted(extractFiles(archive), archive)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
  }
}

const base = rawTar([
  { name: 'h/', type: '5' },
  {
    name: 'x',
    type: 'x',
    data: paxRecord('path', `h/${'p'.repeat(120)}`) + paxRecord('size', '3'),
  },
  { name: 'cut', data: 'abc' },
  { name: '././@LongLink', type: 'L', data: `h/${'l'.repeat(120)}\0` },
  { name: 'cut', data: 'def' },
  { name: 'h/main.sh', data: 'echo hi\n'.repeat(100) },
  { name: 'h/link', type: '2' },
])

test('however an archive is mutated, nothing unsafe comes out of it', () => {
  const mutation = fc.tuple(fc.nat(base.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 8 }), fc.boolean(), (all, mend) => {
      const archive = Uint8Array.from(base)
      for (const [at, byte] of all) archive[at] = byte
      if (mend) mendChecksums(archive)
      tryExtract(archive)
    }),
    { numRuns: 2000 },
  )
})

// With right checksums the mutations get past the door.
function mendChecksums(archive: Uint8Array): void {
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512)
    if (!/^[0-7]{6}\0 $/.test(Buffer.from(block.subarray(148, 156)).toString('latin1'))) continue
    block.fill(0x20, 148, 156)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
  }
}

test('hostile names and types in well-formed archives bring nothing unsafe', () => {
  const part = fc.oneof(
    fc.constantFrom('..', '.', '', 'h', 'pressed', 'CON', 'a\\b', 'c:', '\0', '._x', 'é'),
    fc.string({ maxLength: 5 }),
  )
  const entry = fc.record({
    name: fc.array(part, { maxLength: 4 }).map((parts) => parts.join('/')),
    type: fc.constantFrom('0', '\0', '1', '2', '5', '7', 'x', 'g', 'L', 'K', 'S'),
    data: fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.array(part).map((parts) => paxRecord('path', parts.join('/'))),
    ),
  })
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
      tryExtract(Uint8Array.from(rawTar(entries)))
    }),
    { numRuns: 2000 },
  )
})

test('every set of local names survives packing', () => {
  const name = fc
    .stringMatching(/^[a-z0-9_é😀-]{1,40}$/u)
    .filter((text) => !/^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(text))
  const path = fc
    .array(
      name.filter((text) => text.isWellFormed()),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join('/'))
  fc.assert(
    fc.property(fc.dictionary(path, fc.string(), { maxKeys: 6 }), (texts) => {
      const names = Object.keys(texts)
      fc.pre(!names.some((a) => names.some((b) => b.startsWith(`${a}/`))))
      fc.pre(!names.some((one) => one.startsWith('pressed') || one.startsWith('._')))
      fc.pre(new Set(names.map((one) => one.normalize('NFC'))).size === names.length)
      const files = filesOf(texts)
      expect(textsOf(extractFiles(writeTar('pack', files)))).toEqual(texts)
    }),
    { numRuns: 500 },
  )
})
