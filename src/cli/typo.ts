// `buttons deplpy`: no such button, but perhaps a mistyped command or button name.

import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import { type Failure, fail } from '#spec/errors.ts'
import type { App } from '../app.ts'
import { rowsBelow } from './resolve.ts'

/** What is wrong with the NAME of `buttons NAME`; undefined when there is such a button. */
export async function describeTypo(name: string, app: App): Promise<Failure | undefined> {
  const buttons = await (await app.store()).buttons.names()
  if (buttons.includes(slug(name))) return undefined
  const commands = rowsBelow([]).filter((row) => !row.hidden)
  const words = commands.flatMap(({ path, aliases }) => [path[0]!, ...(aliases ?? [])])
  const near = suggest(name, [...words, ...buttons])
  return fail('NOT_FOUND', `Cannot find "${name}": no such command or button`, {
    hint:
      near === undefined
        ? 'buttons help lists the commands, buttons list the buttons'
        : `Did you mean "buttons ${near}"?`,
  })
}
