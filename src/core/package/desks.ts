// Which rows of a foreign index somebody may see: those of the desks that a key covers, and never
// those of desks that are ours alone (registry 14.10). Rows go on as they came, whatever is in them.

import { splitPackageName } from './name.ts'

/** Whether a desk, with its `@`, may be seen. */
type SeesDesk = (desk: string) => boolean

interface NamedRow {
  name: string
}

/** `text` is an index that was read before; the same text when everything in it may be seen. */
export function narrowIndex(text: string, sees: SeesDesk): string {
  const rows = (JSON.parse(text) as NamedRow[] | null) ?? []
  const seen = rows.filter(({ name }) => seesName(name, sees))
  return seen.length === rows.length ? text : JSON.stringify(seen)
}

// A name that is none belongs to no desk, and to nobody who sees only some.
function seesName(name: string, sees: SeesDesk): boolean {
  const parts = splitPackageName(name)
  return parts !== undefined && sees(parts.desk)
}
