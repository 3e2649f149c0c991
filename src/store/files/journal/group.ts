// Group commit: whoever asks while a flush is under way shares the next one.

/** `flush` runs once at a time; each caller's promise is of one that began after it had asked. */
export function grouped(flush: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () =>
    (next ??= running.then(() => {
      next = undefined
      const flushed = flush()
      running = flushed.catch(() => {})
      return flushed
    }))
}
