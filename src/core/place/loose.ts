// Whether a data directory lets in people it should not (D69).

/**
 * A sentence about a directory whose mode is too open, or undefined. A project's directory comes
 * out of git with the usual modes and is meant to be read; there only strangers who may write count.
 */
export function describeLooseMode(
  directory: string,
  mode: number,
  projectLocal: boolean,
): string | undefined {
  const loose = mode & (projectLocal ? 0o002 : 0o077)
  if (loose === 0) return undefined
  const act = loose & 0o022 ? 'change' : 'read'
  const tighter = projectLocal ? 'chmod o-w' : 'chmod 700'
  return `Others may ${act} "${directory}": ${tighter} keeps them out`
}
