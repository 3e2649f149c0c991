// What there is to update, for people: a line for each package and one for the program.

import type { PackageReport, UpdateReport } from '#spec/updates.ts'
import type { People } from '../printer.ts'

export function tellReport({ binary, buttons }: UpdateReport, people: People): void {
  if (binary?.error) people.note(`✗ CLI update skipped: ${binary.error}`)
  else if (binary?.update_available)
    people.note(`  buttons ${binary.current}: ${binary.latest ?? 'a newer version'} is available`)
  for (const row of buttons) people.note(describeRow(row))
  if (![binary, ...buttons].some((one) => one?.update_available))
    people.note('✓ Everything is up to date')
}

function describeRow(row: PackageReport): string {
  const { package_name: name, current_version: current = '-', latest_version: latest } = row
  const kind = row.kind === 'drawer' ? 'Drawer' : 'Button'
  const head = `${kind} ${name} ${current}`
  if (row.error !== undefined) return `✗ ${head}: check failed: ${row.error}`
  if (row.skipped) return `  ${head}: skipped, ${row.skip_reason}`
  if (row.updated) return `✓ ${head}: updated to ${latest}`
  if (row.missing) return `  ${head}: not installed`
  if (row.pinned)
    return `  ${head}: pinned${latest === undefined ? '' : `, the newest is ${latest}`}`
  const taken = row.yanked ? ', taken back by its publisher' : ''
  return row.update_available ? `  ${head}: ${latest} is available` : `✓ ${head}${taken}`
}
