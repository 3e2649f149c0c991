// Writes a tar archive of regular files: the same files always give the same bytes (registry 7.1).

import type { FileMap } from '#spec/package.ts'
import { compareText } from '../../expr/textOrder.ts'
import { blockSize } from './header.ts'

/** All files below one directory, in the order of their names; no owners, no times. */
export function writeTar(wrapper: string, files: FileMap): Uint8Array<ArrayBuffer> {
  const pieces = [...files.keys()]
    .sort(compareText)
    .flatMap((name) => writeEntry(`${wrapper}/${name}`, files.get(name)!))
  return join([...pieces, new Uint8Array(2 * blockSize)])
}

const encoder = new TextEncoder()

function writeEntry(path: string, data: Uint8Array): Uint8Array[] {
  const place = splitForUstar(path)
  if (place) return [header(place, '0', data.length), ...padded(data)]
  // A reader without PAX sees a name that is cut, and no other harm.
  const records = encoder.encode(paxRecord('path', path))
  const short = { prefix: '', name: asciiOnly(path).slice(0, 100) }
  const extended = { prefix: '', name: 'PaxHeaders.0/path' }
  return [
    header(extended, 'x', records.length),
    ...padded(records),
    header(short, '0', data.length),
    ...padded(data),
  ]
}

interface UstarPath {
  prefix: string
  name: string
}

/** Where a path can be cut so that both parts fit, or undefined when it fits nowhere. */
function splitForUstar(path: string): UstarPath | undefined {
  if (asciiOnly(path) !== path) return undefined
  if (path.length <= 100) return { prefix: '', name: path }
  const cut = path.indexOf('/', path.length - 101)
  const name = path.slice(cut + 1)
  return cut > 0 && cut <= 155 && name !== '' ? { prefix: path.slice(0, cut), name } : undefined
}

function asciiOnly(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, '_')
}

// The length counts its own digits.
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = encoder.encode(rest).length
  let length = bytes + String(bytes).length
  if (bytes + String(length).length > length) length++
  return `${length}${rest}`
}

function header({ prefix, name }: UstarPath, type: string, size: number): Uint8Array {
  const block = new Uint8Array(blockSize)
  const put = (text: string, at: number) => block.set(encoder.encode(text), at)
  put(name, 0)
  put('0000644\0', 100)
  put('0000000\0', 108)
  put('0000000\0', 116)
  put(`${size.toString(8).padStart(11, '0')}\0`, 124)
  put('00000000000\0', 136)
  put('        ', 148)
  put(type, 156)
  put('ustar\x0000', 257)
  put(prefix, 345)
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function padded(data: Uint8Array): Uint8Array[] {
  const rest = data.length % blockSize
  return rest === 0 ? [data] : [data, new Uint8Array(blockSize - rest)]
}

function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
