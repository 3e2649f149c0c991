// Plain tables for people: columns padded by what they hold, two blanks apart.

import { oneLine } from './plain.ts'

/** Lines with a newline each; the last column is not padded. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(oneLine))
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))))
  return all.map((row) => `${formatRow(row, widths)}\n`).join('')
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell + ' '.repeat(Math.max(0, widths[column]! - width(cell))))
    .join('  ')
    .trimEnd()
}

function width(text: string): number {
  return Bun.stringWidth(text)
}
