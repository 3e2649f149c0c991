// Many who want the same thing at the same time make one request.

export interface Flights<T> {
  /** Joins what is under way, or begins it. */
  join(key: string, begin: () => Promise<T>): Promise<T>
  /** What is under way goes on for those who wait; nobody else joins it. */
  forget(): void
}

export function openFlights<T>(): Flights<T> {
  const flying = new Map<string, Promise<T>>()
  return {
    join: (key, begin) => {
      const known = flying.get(key)
      if (known) return known
      const flight = begin().finally(() => {
        if (flying.get(key) === flight) flying.delete(key)
      })
      flying.set(key, flight)
      return flight
    },
    forget: () => flying.clear(),
  }
}
