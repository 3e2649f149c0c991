// Plain tables for people: columns padded by what they hold, two blanks apart.

/** Lines with a newline each; the last column is not padded. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows.map((row) => row.map(oneLine))]
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))))
  return all.map((row) => `${formatRow(row, widths)}\n`).join('')
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell + ' '.repeat(Math.max(0, widths[column]! - width(cell))))
    .join('  ')
    .trimEnd()
}

// A cell must not break its row, nor move the cursor: what is stored may come from anywhere.
function oneLine(text: string): string {
  return Array.from(text, (character) =>
    character < ' ' || character === '\x7f' ? ' ' : character,
  ).join('')
}

function width(text: string): number {
  return Bun.stringWidth(text)
}
