// Where the note about an unfinished change lies; every command looks whether it is there.

export function journalPath(dataDirectory: string): string {
  return `${dataDirectory}/.installing`
}
