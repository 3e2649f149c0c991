// Names that new buttons and drawers may not take, since `buttons NAME` and `drawer NAME` would
// mean something else (cli.md 17.10). What already has such a name stays usable.

import { verbs } from './commands/drawer/index.ts'
import { rowsBelow } from './resolve.ts'

/** The list of earlier releases; `store` is a command of none of them and reserved all the same. */
const since1 =
  'create press list rm board drawer batteries smash store history help version mcp serve update delete init'

export function reservedNames(): Set<string> {
  const commands = rowsBelow([]).flatMap(({ path, aliases }) => [path[0]!, ...(aliases ?? [])])
  const drawerWords = verbs.flatMap(({ words, aliases }) => [...words, ...(aliases ?? [])])
  return new Set([...since1.split(' '), ...drawerWords, ...commands])
}
