// What `buttons gc` removed, or would remove.

export interface Collected {
  /** Records beyond what is kept. */
  records: number
  /** Output, progress, steps and artifacts of those records, and of presses that left none. */
  files: number
  /** Runs that nobody resumed for a long time: recorded as interrupted. */
  interrupted: number
  /** What was left of runs that never began. */
  active: number
  /** Expired answers. */
  idempotency: number
  /** Unfinished files of killed commands. */
  temporary: number
  /** Of all of them together. */
  bytes: number
}
