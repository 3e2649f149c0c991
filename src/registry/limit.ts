// Only so many acts at a time.

export type Limit = <T>(act: () => Promise<T>) => Promise<T>

/** Lets so many acts run at a time; the others wait in the order in which they came. */
export function openLimit(most: number): Limit {
  let free = most
  const waiting: (() => void)[] = []
  return async (act) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await act()
    } finally {
      // Who waits takes the place over.
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
