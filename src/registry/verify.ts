// `buttons verify`: looks at what is installed and asks nobody. The chain is: the signature covers
// the hash of the published files, the installer noted it together with the hash of what it wrote,
// and the folder must still have that.

import { packageMessage } from '#core/package/signing.ts'
import { makeVerdict, type Verdict } from '#core/package/verdict.ts'
import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import { fail } from '#spec/errors.ts'
import type { Lock, LockEntry } from '#spec/package.ts'
import type { RegistryContext } from './context.ts'
import { placeOf } from './edits.ts'

/** By package name or installed name. Throws NOT_FOUND. */
export async function verifyPackage(text: string, context: RegistryContext): Promise<Verdict> {
  const { packages } = context.store
  const [name, entry] = getEntry(text, await packages.lock())
  const look = await packages.look(placeOf(entry))
  return makeVerdict(name, entry, {
    exists: look.spec !== undefined,
    state: look.state,
    hash: look.hash(),
    fileHashes: look.fileHashes(),
    signed: await isSigned(name, entry, context),
  })
}

function getEntry(text: string, { dependencies }: Lock): [string, LockEntry] {
  const entries = Object.entries(dependencies)
  const found =
    entries.find(([name]) => name === text) ??
    entries.find(([, { installed_name }]) => slug(installed_name) === slug(text))
  if (found) return found
  const near = suggest(text, Object.keys(dependencies))
  throw fail('NOT_FOUND', `Cannot verify "${text}": no such package is installed`, {
    hint: near === undefined ? 'buttons status shows all packages' : `Did you mean "${near}"?`,
  })
}

async function isSigned(
  name: string,
  { version, content_hash, publisher_key: key, signature }: LockEntry,
  { identity }: RegistryContext,
): Promise<boolean | undefined> {
  if (key === undefined) return undefined
  return identity.verify(key, packageMessage(name, version, content_hash), signature ?? '')
}
