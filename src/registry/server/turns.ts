// So many at once, the others in line: what judges an archive holds all of it in memory.

export type TakeTurn = <T>(act: () => Promise<T>) => Promise<T>

export function openTurns(places: number): TakeTurn {
  let busy = 0
  const line: (() => void)[] = []
  return async (act) => {
    if (busy >= places) await new Promise<void>((resolve) => line.push(resolve))
    else busy++
    try {
      return await act()
    } finally {
      // A place is handed on, so that nobody can slip in between.
      const next = line.shift()
      if (next) next()
      else busy--
    }
  }
}
