// Files of packages, for tests: bytes from texts, specs, archives made by hand.

const encoder = new TextEncoder()

export function filesOf(texts: Record<string, string | Uint8Array>): Map<string, Uint8Array> {
  return new Map(
    Object.entries(texts).map(([name, text]) => [
      name,
      typeof text === 'string' ? encoder.encode(text) : text,
    ]),
  )
}

export function textsOf(files: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries(
    [...files].map(([name, data]) => [name, new TextDecoder().decode(data)]),
  )
}

export interface RawEntry {
  name: string | Uint8Array
  data?: string | Uint8Array
  /** Default `0`. */
  type?: string
  /** What the header says instead of the length of `data`. */
  size?: string
  prefix?: string
  magic?: string
  checksum?: string
}

/** A tar archive exactly as described, right or wrong, with the end marker. */
export function rawTar(entries: readonly RawEntry[]): Uint8Array {
  const blocks = entries.flatMap((entry) => {
    const data = bytes(entry.data ?? '')
    const padding = new Uint8Array((512 - (data.length % 512)) % 512)
    return [rawHeader(entry, data.length), data, padding]
  })
  return Buffer.concat([...blocks, new Uint8Array(1024)])
}

function bytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? encoder.encode(value) : value
}

function rawHeader(entry: RawEntry, length: number): Uint8Array {
  const header = Buffer.alloc(512)
  header.set(bytes(entry.name).subarray(0, 100), 0)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(entry.size ?? `${length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write('00000000000\0', 136)
  header.write(entry.type ?? '0', 156)
  header.write(entry.magic ?? 'ustar\x0000', 257)
  header.write(entry.prefix ?? '', 345)
  header.write('        ', 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(entry.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** A PAX record with its length in front. */
export function paxRecord(key: string, value: string): string {
  for (let length = key.length; ; length++) {
    const record = `${length} ${key}=${value}\n`
    if (encoder.encode(record).length === length) return record
  }
}
