// PAX extended headers (POSIX.1-2001): records "LENGTH KEY=VALUE\n" that overrule a header.

import { brokenTar } from './broken.ts'
import { decodeUtf8 } from './header.ts'

export interface PaxRecords {
  /** null when its bytes are no UTF-8. */
  path?: string | null
  size?: number
}

/** Throws VALIDATION_ERROR for records that are malformed, or that describe a sparse file. */
export function readPax(data: Uint8Array): PaxRecords {
  const records: PaxRecords = {}
  for (let at = 0; at < data.length;) {
    const { key, value, end } = readRecord(data, at)
    at = end
    if (key.startsWith('GNU.sparse.')) throw brokenTar('sparse files are not supported')
    if (key === 'path') setPath(records, value)
    if (key === 'size') setSize(records, value)
  }
  return records
}

function readRecord(data: Uint8Array, at: number): { key: string; value: Uint8Array; end: number } {
  const blank = data.indexOf(0x20, at)
  const digits = decodeUtf8(data.subarray(at, Math.min(blank, at + 9))) ?? ''
  const end = at + Number(digits)
  const equals = data.indexOf(0x3d, blank)
  const whole = /^[1-9][0-9]*$/.test(digits) && end <= data.length && data[end - 1] === 0x0a
  if (blank < 0 || !whole || equals < 0 || equals >= end)
    throw brokenTar('an extended header is malformed')
  const key = decodeUtf8(data.subarray(blank + 1, equals)) ?? ''
  return { key, value: data.subarray(equals + 1, end - 1), end }
}

// An empty value takes an earlier record back.
function setPath(records: PaxRecords, value: Uint8Array): void {
  if (value.length === 0) delete records.path
  else records.path = decodeUtf8(value) ?? null
}

function setSize(records: PaxRecords, value: Uint8Array): void {
  const digits = decodeUtf8(value) ?? ''
  const size = Number(digits)
  if (digits === '') delete records.size
  else if (/^[0-9]+$/.test(digits) && Number.isSafeInteger(size)) records.size = size
  else throw brokenTar('an extended header has an impossible size')
}
