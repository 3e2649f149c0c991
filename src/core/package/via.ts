// The mark that a proxy of ours puts on what it asks the origin, by which a circle is noticed.

/** Value of the `Via` header. */
export const viaMark = 'buttons'
