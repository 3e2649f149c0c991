// Loading something on first use and keeping it.

/** A function that calls `load` the first time and gives the same answer ever after. */
export function once<T>(load: () => T): () => T {
  let loaded: { value: T } | undefined
  return () => (loaded ??= { value: load() }).value
}
