// `buttons status` and `buttons update`: the program and the packages together.

import { build, releases } from '#spec/build.ts'
import type { AppliedUpdates, BinaryReport, PackageReport, UpdateReport } from '#spec/updates.ts'
import type { Sheet } from '#core/package/permissions.ts'
import { applyBinary, checkBinary, isOptedIn, type Program } from '../binary/binary.ts'
import type { RegistryContext } from '../context.ts'
import { applyPackages, type UpdateOptions } from './apply.ts'
import { checkPackages } from './check.ts'

const thisProgram: Program = { version: build.version, releases }

export interface Parts {
  binary: boolean
  packages: boolean
}

export interface Applied extends AppliedUpdates {
  /** What the updated packages can do, and what is new about it. */
  permissions: Sheet[]
}

/** What there is to update. Changes nothing. */
export async function checkUpdates(
  context: RegistryContext,
  program: Program = thisProgram,
): Promise<UpdateReport> {
  const [{ report }, { rows }] = await Promise.all([
    checkBinary(program, context),
    checkPackages(context),
  ])
  return summarize(report, rows)
}

/** Brings everything up to date. What fails is told in its place. */
export async function applyUpdates(
  parts: Parts,
  options: UpdateOptions,
  context: RegistryContext,
  program: Program = thisProgram,
): Promise<Applied> {
  const binary = parts.binary ? await updateBinary(context, program) : undefined
  const checked = parts.packages ? await checkPackages(context) : { rows: [], supply: undefined }
  const { rows, updated, sheets } = await applyPackages(checked, options, context)
  return {
    ...summarize(binary?.report, rows),
    updated_binary: binary?.updated ?? false,
    updated_buttons: updated,
    permissions: sheets,
  }
}

async function updateBinary(context: RegistryContext, program: Program) {
  const checked = await checkBinary(program, context)
  return applyBinary(checked, await isOptedIn(context), context)
}

function summarize(binary: BinaryReport | undefined, buttons: PackageReport[]): UpdateReport {
  const open = [binary, ...buttons].filter((one) => one?.update_available)
  return {
    ...(binary && { binary }),
    buttons,
    update_available: open.some((one) => one?.error === undefined),
  }
}
