// One text for one set of arguments, whatever order they were given in; its hash tells whether a
// key is used again with other arguments.

/** The JSON of the arguments, sorted by name. Objects would put names like "1" first, so by hand. */
export function canonicalArgs(args: Readonly<Record<string, string>>): string {
  const members = Object.keys(args)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(args[name])}`)
  return `{${members.join(',')}}`
}
