// Starts one of the project's own steps with the Bun that runs this script, output passed through.

/** Resolves when the step succeeded; otherwise ends this process with its exit status. */
export async function run(
  command: readonly string[],
  env: Record<string, string | undefined> = {},
): Promise<void> {
  console.error(`$ ${command.join(' ')}`)
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const status = await child.exited
  if (status !== 0) process.exit(status)
}

/** Installs exactly what bun.lock names. */
export function install(): Promise<void> {
  return run([process.execPath, 'install', '--frozen-lockfile'])
}
