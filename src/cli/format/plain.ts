// Text from elsewhere, made safe to show: what is stored may come from anywhere, and must not move
// the cursor of who reads it or restyle their terminal.

/** For a cell or a line: control characters become blanks, line breaks among them. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}

/** For whole texts: line breaks and tabs stay. */
export function plainLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
}
