// The runtime inside our own executable: runs main.ts of `bun` buttons, and main.js where Node is
// missing. Nothing in the working directory takes part, and what the script starts is clean.

import { fingerprint } from '#core/text/fingerprint.ts'
import { preload } from './preload.ts'
import type { Job } from './runtime.ts'
import type { Equipment } from './script.ts'

/** The words and the switch that make our executable run a script. Throws HostError. */
export function embedded(job: Job): Equipment {
  const { host, stored } = job
  isolate(job)
  const own = `${stored.directory}/tsconfig.json`
  const words = [
    '--no-env-file',
    '--config=/dev/null',
    '--no-install',
    // Without this, paths and decorators of the caller's tsconfig.json would apply to our script.
    `--tsconfig-override=${host.files.stat(own) ? own : '/dev/null'}`,
    '--preload',
    writePreload(job),
  ]
  return { words, env: { BUN_BE_BUN: '1' } }
}

/**
 * Keeps the package.json of a project around the data directory from deciding how a script is read
 * ("type": "module" and the like): the nearest one counts, so there is one.
 */
export function isolate({ host, stored }: Job): void {
  const path = `${stored.directory.slice(0, stored.directory.lastIndexOf('/'))}/package.json`
  try {
    if (host.files.stat(path) === undefined) host.files.place(path, '{}\n', 0o600)
  } catch {
    // A data directory that may only be read: the press is worth more than the isolation.
  }
}

// A file, since the runtime takes nothing else. Somebody may have changed or cut it: its content is
// compared every time, and its name changes with the content, so that two releases do not quarrel.
function writePreload({ host, store }: Job): string {
  const folder = `${store.place.dataDirectory}/.runtime`
  const path = `${folder}/${fingerprint(preload)}.js`
  if (host.files.findText(path) === preload) return path
  host.files.makeDirectory(folder, 0o700)
  // Removed rather than rewritten: it may be a link to a file of somebody else.
  host.files.remove(path)
  host.files.place(path, preload, 0o600)
  return path
}
