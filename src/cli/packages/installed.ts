// What was installed, for people.

import type { Installed } from '#registry/install.ts'
import type { People } from '../printer.ts'

export function tellInstalled(
  { installed, skipped, missing_batteries: missing }: Installed,
  people: People,
): void {
  for (const name of installed) people.note(`✓ Installed ${name}`)
  if (installed.length === 0) people.note('✓ Nothing to install')
  for (const { name, reason } of skipped) people.note(`✗ Skipped ${name}: ${reason}`)
  for (const key of missing) people.note(`  It wants ${key}: buttons batteries set ${key} <value>`)
}
