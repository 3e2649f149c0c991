// `buttons deplpy`: no such button, but perhaps a mistyped command or button name.

import { suggest } from '#core/text/suggest.ts'
import { Failure, fail } from '#spec/errors.ts'
import type { App } from '../app.ts'
import { rowsBelow } from './resolve.ts'

/** A NOT_FOUND of the root command, with the nearest command or button as its hint. */
export async function explainTypo(error: unknown, name: string, app: App): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== 'NOT_FOUND') return error
  const commands = rowsBelow([]).filter((row) => !row.hidden)
  const words = commands.flatMap(({ path, aliases }) => [path[0]!, ...(aliases ?? [])])
  const near = suggest(name, [...words, ...(await (await app.store()).buttons.names())])
  if (near === undefined) return error
  const hint = `Did you mean "buttons ${near}"?`
  return fail('NOT_FOUND', error.message, { hint, spec: error.spec, cause: error })
}
