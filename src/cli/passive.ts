// When updates may run that nobody asked for (cli.md 11.1): only for somebody at a terminal who did
// not say no.

import { findTruth } from '#core/text/truth.ts'
import type { Host } from '#host/host.ts'
import type { Row } from './table.ts'

export function mayUpdateLater({ path, hidden }: Row, { env, terminal }: Host): boolean {
  if (!terminal.stdoutIsTerminal || env['CI']) return false
  return path[0] !== 'update' && !hidden && !findTruth(env['BUTTONS_NO_UPDATE'])
}
