// Names with hyphens. The language has none, step ids and many keys do, so `a-b` is one name here
// (subtraction needs blanks). A name finds the key `a-b` first, then `a_b`.

/** A name as it is compared: every hyphen reads as an underscore. */
export function normalizeName(name: string): string {
  return name.includes('-') ? name.replaceAll('-', '_') : name
}

/**
 * The root that a written name means: the same name, else the name with underscores, else the
 * first root that reads the same (`emit_version` finds `emit-version`).
 */
export function findRoot(
  names: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const key = findKey(names, name)
  if (key !== undefined) return key
  const wanted = normalizeName(name)
  for (const root in names) {
    if (normalizeName(root) === wanted && hasKey(names, root)) return root
  }
  return undefined
}

/** The field that a name written after a dot means: itself, else with underscores for hyphens. */
export function findKey(
  fields: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  if (hasKey(fields, name)) return name
  if (!name.includes('-')) return undefined
  const underscored = normalizeName(name)
  return hasKey(fields, underscored) ? underscored : undefined
}

/** Whether an object has a field of its own; what it inherits is not data. */
export function hasKey(fields: Readonly<Record<string, unknown>>, key: string): boolean {
  return Object.hasOwn(fields, key) && fields[key] !== undefined
}

/** The header that a name means: letter case and the choice of `-` or `_` do not matter. */
export function findHeader(
  headers: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  if (hasKey(headers, name)) return name
  const wanted = normalizeName(name).toLowerCase()
  return Object.keys(headers).find((header) => normalizeName(header).toLowerCase() === wanted)
}
