// The words by which an environment variable says yes (cli.md 4.3).

/** True for 1, true, yes and on, in any case, with blanks around. */
export function findTruth(text: string | undefined): boolean {
  return ['1', 'true', 'yes', 'on'].includes(text?.trim().toLowerCase() ?? '')
}
