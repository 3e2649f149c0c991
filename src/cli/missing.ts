// What to say beside an empty answer when nobody knows the name that was asked for (cli.md 17.17).

import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import type { Store } from '#store/store.ts'

/** A hint when there is no button of this name, else undefined. */
export async function missingButtonHint(name: string, store: Store): Promise<string | undefined> {
  const names = await store.buttons.names()
  if (names.includes(slug(name))) return undefined
  const near = suggest(slug(name), names)
  return near === undefined
    ? `There is no button "${name}"; buttons list shows all`
    : `There is no button "${name}"; did you mean "${near}"?`
}
