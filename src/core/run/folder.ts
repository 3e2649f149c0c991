// Where the records of a target lie. Apart from what reads them, since a press only writes one.

import type { TargetKind } from '#spec/run.ts'

export const targetKinds = ['button', 'drawer'] as const satisfies readonly TargetKind[]

/** The folder of a target's records, relative to the data directory. */
export function historyFolder(kind: TargetKind, name: string): string {
  return `${kind}s/${name}/pressed`
}
