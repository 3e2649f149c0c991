// Replacing the program by a newer one: fetched, verified, unpacked beside it, started once, and only
// then renamed over it, which happens in one step. Until that step nothing has changed, so there is
// nothing to take back.

import { assetName, checksumsName, findChecksum } from '#core/package/binary.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { readTar } from '#core/package/tar/read.ts'
import { normalizeVersion } from '#core/package/version.ts'
import { describeProblem, readProblem } from '#core/package/wire.ts'
import { parseJson } from '#core/text/json.ts'
import { guard } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { RegistryContext } from '../context.ts'
import { gunzip } from '../gzip.ts'
import { type Asset, type Release, tokenHeader } from './feed.ts'

export type Machine = Pick<RegistryContext, 'call' | 'host' | 'signal'>

/** Puts a release in the place of an executable. Throws when anything is not as it should be. */
export async function replaceBinary(
  { version, assets }: Release,
  target: string,
  machine: Machine,
): Promise<void> {
  const name = assetName(version, machine.host.platform)
  const [archive, checksums] = [getAsset(assets, name), getAsset(assets, checksumsName)]
  const sums = new TextDecoder().decode(await fetchAsset(checksums, machine))
  const wanted = findChecksum(sums, name)
  const packed = await fetchAsset(archive, machine)
  if (sha256Hex(packed) !== wanted)
    throw fail('VALIDATION_ERROR', `Cannot update: "${name}" does not fit its checksum`)
  const program = findProgram(await gunzip(packed, limits.binaryUnpackedBytes), name)
  await putInPlace(program, target, version, machine)
}

function getAsset(assets: readonly Asset[], name: string): Asset {
  const found = assets.find((asset) => asset.name === name)
  if (found) return found
  throw fail('NOT_FOUND', `Cannot update: the release has no "${name}"`)
}

async function fetchAsset(asset: Asset, { call, host, signal }: Machine) {
  const token = tokenHeader(host.env)
  const authorized = token['Authorization'] !== undefined && asset.api !== ''
  const answer = await call(authorized ? asset.api : asset.download, {
    method: 'GET',
    path: '',
    headers: { Accept: 'application/octet-stream', ...(authorized && token) },
    maxBytes: limits.binaryBytes,
    timeoutMs: limits.binaryFetchMs,
    idleMs: 30_000,
    retry: true,
    signal,
  })
  if (answer.status === 200) return answer.body
  throw fail('REGISTRY_ERROR', describeProblem(`download ${asset.name}`, readProblem(answer)))
}

function findProgram(archive: Uint8Array, name: string): Uint8Array {
  for (const { name: path, regular, data } of readTar(archive)) {
    const base = path?.slice(path.lastIndexOf('/') + 1)
    if (regular && (base === 'buttons' || base === 'buttons.exe')) return data
  }
  throw fail('VALIDATION_ERROR', `Cannot update: "${name}" holds no program`)
}

async function putInPlace(
  program: Uint8Array,
  target: string,
  version: string,
  machine: Machine,
): Promise<void> {
  const { files, random } = machine.host
  const what = `Cannot replace "${target}"`
  const folder = target.slice(0, target.lastIndexOf('/'))
  clearDead(folder, machine)
  // A folder, so that whatever a killed update leaves has a name of ours.
  const aside = `${folder}/${asidePrefix}${random.bytes(8).toHex()}`
  const temporary = `${aside}/buttons`
  // As open to others as it was, and at least our own.
  const mode = (guard(what, () => files.stat(target))?.mode ?? 0) | 0o700
  try {
    guard(what, () => {
      files.makeDirectory(aside, 0o700)
      files.replace(temporary, program, mode)
    })
    await tryOut(temporary, version, machine)
    guard(what, () => {
      files.rename(temporary, target)
      files.syncDirectory(folder)
    })
  } finally {
    discard(aside, machine)
  }
}

const asidePrefix = '.buttons-update-'
const deadMs = 3_600_000

/** What updates left that were killed: a program is large. */
function clearDead(folder: string, machine: Machine): void {
  const { files, clock } = machine.host
  try {
    for (const { name } of files.list(folder)) {
      if (!name.startsWith(asidePrefix)) continue
      const changed = files.stat(`${folder}/${name}`)?.mtimeNs
      const isDead = changed !== undefined && clock.now() - Number(changed / 1_000_000n) > deadMs
      if (isDead) discard(`${folder}/${name}`, machine)
    }
  } catch {
    // Whether the new one can be put there is another question.
  }
}

function discard(aside: string, { host }: Machine): void {
  try {
    host.files.removeTree(aside)
  } catch {
    // It is beside the program and harms nobody.
  }
}

/** A program that does not start, or is another version, never takes the place of one that works. */
async function tryOut(path: string, version: string, { host, signal }: Machine): Promise<void> {
  let output = ''
  const child = host.processes.spawn({
    command: [path, 'version', '--json'],
    cwd: host.cwd,
    env: { HOME: host.env['HOME'] ?? '/', PATH: host.env['PATH'] ?? '', BUTTONS_NO_UPDATE: '1' },
    onOutput: (stream, bytes) => {
      if (stream === 'stdout') output += new TextDecoder().decode(bytes)
    },
  })
  const stop = () => child.signalGroup('SIGKILL')
  signal?.addEventListener('abort', stop)
  const forget = host.clock.after(tryOutMs, stop)
  const { code } = await child.exited
  await child.outputEnded
  forget()
  signal?.removeEventListener('abort', stop)
  const said = readVersion(output)
  if (code === 0 && said === version) return
  throw fail(
    'VALIDATION_ERROR',
    code === 0
      ? `Cannot update: the new program says it is "${said}", not "${version}"`
      : 'Cannot update: the new program does not start on this machine',
  )
}

const tryOutMs = 30_000

function readVersion(output: string): string {
  const json = parseJson(output)
  const data = json.ok ? (json.value as { data?: { version?: unknown } } | null)?.data : undefined
  return typeof data?.version === 'string' ? normalizeVersion(data.version) : ''
}
