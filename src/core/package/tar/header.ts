// The 512-byte header of a tar entry: old, ustar and GNU forms (POSIX.1-1988 ustar; GNU tar manual,
// "Basic Tar Format").

import { brokenTar } from './broken.ts'

export const blockSize = 512

export interface Header {
  /** Undefined when its bytes are no UTF-8. */
  name: string | undefined
  type: string
  size: number
}

/** The header in a block, or undefined for a block of zeros, which ends an archive. */
export function readHeader(block: Uint8Array): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined
  checkSum(block)
  const ustar = text(block, 257, 6) === 'ustar'
  const type = String.fromCharCode(block[156]!)
  return {
    name: joinPrefix(ustar ? decode(block, 345, 155) : '', decode(block, 0, 100)),
    type,
    size: withoutData.has(type) ? 0 : readNumber(block, 124, 12),
  }
}

/** Links, devices, directories, pipes: whatever their size says, nothing follows them. */
const withoutData: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6'])

function joinPrefix(prefix: string | undefined, name: string | undefined): string | undefined {
  if (prefix === undefined || name === undefined) return undefined
  return prefix === '' ? name : `${prefix}/${name}`
}

// Early programs added signed bytes up.
function checkSum(block: Uint8Array): void {
  let [unsigned, signed] = [0, 0]
  for (let i = 0; i < blockSize; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : block[i]!
    unsigned += byte
    signed += byte < 128 ? byte : byte - 256
  }
  const stored = readNumber(block, 148, 8)
  if (stored !== unsigned && stored !== signed) throw brokenTar('a header has a wrong checksum')
}

/** Octal digits, or a binary number when the first bit is set. */
function readNumber(block: Uint8Array, at: number, length: number): number {
  if (block[at]! & 0x80) return readBinary(block.subarray(at, at + length))
  const digits = text(block, at, length).replace(/^ +| +$/g, '')
  if (digits === '') return 0
  if (!/^[0-7]+$/.test(digits)) throw brokenTar('a header has a field that is no number')
  return Number.parseInt(digits, 8)
}

function readBinary(bytes: Uint8Array): number {
  if (bytes[0]! & 0x40) throw brokenTar('a header has a negative size')
  let value = bytes[0]! & 0x3f
  for (const byte of bytes.subarray(1)) value = value * 256 + byte
  if (!Number.isSafeInteger(value)) throw brokenTar('a header has an impossible size')
  return value
}

function upToNul(block: Uint8Array, at: number, length: number): Uint8Array {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  return end < 0 ? field : field.subarray(0, end)
}

function text(block: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...upToNul(block, at, length))
}

function decode(block: Uint8Array, at: number, length: number): string | undefined {
  return decodeUtf8(upToNul(block, at, length))
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
