// What the build stamps into the executable; unstamped builds say so.

declare const BUTTONS_VERSION: string | undefined
declare const BUTTONS_COMMIT: string | undefined
declare const BUTTONS_DATE: string | undefined
declare const BUTTONS_RELEASES: string | undefined
declare const BUTTONS_NOTES_ORDER: boolean | undefined

export const build = {
  version: typeof BUTTONS_VERSION === 'string' ? BUTTONS_VERSION : 'dev',
  commit: typeof BUTTONS_COMMIT === 'string' ? BUTTONS_COMMIT : 'unknown',
  date: typeof BUTTONS_DATE === 'string' ? BUTTONS_DATE : 'unknown',
} as const

/** Whether this build only serves to note in which order its code runs, which it does at its end. */
export const notesOrder = typeof BUTTONS_NOTES_ORDER === 'boolean' && BUTTONS_NOTES_ORDER

/**
 * Where newer programs are published, as `owner/name` or as the address of a repository at another
 * host that speaks the same API; '' when this build does not know.
 */
export const releases = typeof BUTTONS_RELEASES === 'string' ? BUTTONS_RELEASES : ''
