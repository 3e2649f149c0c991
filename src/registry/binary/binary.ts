// The program itself: whether there is a newer one, and putting it in place. Every problem stands in
// the report; nothing here fails a command.

import { compareVersions, normalizeVersion } from '#core/package/version.ts'
import { keeperOf } from '#core/package/binary.ts'
import { findTruth } from '#core/text/truth.ts'
import { fail } from '#spec/errors.ts'
import type { BinaryReport } from '#spec/updates.ts'
import { findLeastVersion } from '../client.ts'
import type { RegistryContext } from '../context.ts'
import { findBase, findKey } from '../source.ts'
import { fetchRelease, type Release } from './feed.ts'

/** The program that runs, and where newer ones come from. */
export interface Program {
  version: string
  /** As `releases` of `#spec/build.ts` says it; '' when this build has none. */
  releases: string
}

export interface CheckedBinary {
  report: BinaryReport
  /** One look serves both the check and the update. */
  release: Release | undefined
}

export async function checkBinary(
  program: Program,
  context: RegistryContext,
): Promise<CheckedBinary> {
  const current = normalizeVersion(program.version)
  const report: BinaryReport = { current: current || 'dev', update_available: false }
  if (current === '' || current === 'dev') return { report, release: undefined }
  const least = await findLeast(context)
  if (least !== undefined) report.min_required = normalizeVersion(least)
  const forced = least !== undefined && compareVersions(current, least) < 0
  if (forced) report.forced = true
  report.update_available = forced
  const keeper = keeperOf(executableOf(context))
  if (keeper === 'homebrew') report.homebrew_managed = true
  if (keeper === 'npm') report.npm_managed = true
  try {
    const release = await findRelease(program, context)
    report.latest = release.version
    report.update_available = forced || compareVersions(current, release.version) < 0
    return { report, release }
  } catch (error) {
    return { report: { ...report, error: (error as Error).message }, release: undefined }
  }
}

/** What the registry asks for, when there is one. */
async function findLeast(context: RegistryContext): Promise<string | undefined> {
  const base = await findBase(context)
  if (base === undefined) return undefined
  return findLeastVersion(base, await findKey('REGISTRY_KEY', context), context)
}

async function findRelease({ releases }: Program, context: RegistryContext): Promise<Release> {
  if (releases !== '') return fetchRelease(releases, context)
  throw fail('NOT_FOUND', 'this build does not know where newer ones are published')
}

function executableOf({ host }: RegistryContext): string {
  return host.files.resolveLinks(host.executable) ?? host.executable
}

/** The report once a newer program, if there is one, has been put in place. Never throws. */
export async function applyBinary(
  { report, release }: CheckedBinary,
  optedIn: boolean,
  context: RegistryContext,
): Promise<{ report: BinaryReport; updated: boolean }> {
  if (!report.update_available || report.error !== undefined) return { report, updated: false }
  try {
    await update(report, release, optedIn, context)
    return { report: { ...report, update_available: false }, updated: true }
  } catch (error) {
    return { report: { ...report, error: (error as Error).message }, updated: false }
  }
}

async function update(
  report: BinaryReport,
  release: Release | undefined,
  optedIn: boolean,
  context: RegistryContext,
): Promise<void> {
  if (report.npm_managed)
    throw fail('VALIDATION_ERROR', 'npm looks after this program: update it with npm')
  if (report.homebrew_managed) {
    if (!optedIn)
      throw fail('VALIDATION_ERROR', 'Homebrew looks after this program: brew upgrade buttons')
    return (await import('./brew.ts')).upgradeByBrew(context)
  }
  if (!release) throw fail('NOT_FOUND', 'there is no release to update to')
  const { replaceBinary } = await import('./replace.ts')
  await replaceBinary(release, executableOf(context), context)
}

/** Whether somebody allowed this program to be updated without being asked each time. */
export async function isOptedIn({ host, store }: RegistryContext): Promise<boolean> {
  const settings = await store.settings.read().catch(() => undefined)
  return settings?.cli_auto_update === true || findTruth(host.env['BUTTONS_CLI_AUTO_UPDATE'])
}
