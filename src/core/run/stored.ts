// A record together with where it lies. Buttons and drawers keep the same kind of history, so
// whatever lists or indexes runs handles both through this.

import type { DrawerRun } from '#spec/drawerRun.ts'
import type { Run, TargetKind } from '#spec/run.ts'
import { findRun } from '#core/press/readRun.ts'
import { findDrawerRun } from './readDrawerRun.ts'

interface Where {
  /** The folder's name, which is the identity whatever the record says (D19). */
  name: string
  /** Relative to the data directory: `buttons/x/pressed/<stem>.json`. */
  file: string
}

export type StoredRun =
  (Where & { kind: 'button'; run: Run }) | (Where & { kind: 'drawer'; run: DrawerRun })

/** The run in the text of a record file, or undefined when it is not one. */
export function findStored(
  kind: TargetKind,
  name: string,
  file: string,
  text: string,
): StoredRun | undefined {
  if (kind === 'button') {
    const run = findRun(text, name)
    return run && { kind, name, file, run }
  }
  const run = findDrawerRun(text, name)
  return run && { kind, name, file, run }
}

/** Newest first; of one instant, the greater file name first. */
export function compareStored(a: StoredRun, b: StoredRun): number {
  return compare(b.run.started_at, a.run.started_at) || compare(b.file, a.file)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
