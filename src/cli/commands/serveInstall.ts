// `buttons serve --install`: the file that lets a supervisor start this host with the same flags,
// printed, or with --write put where the supervisor looks.

import { launchdLabel, launchdPlist, systemdUnit } from '#core/serve/service.ts'
import { guard } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { ServeSettings } from '#spec/serve.ts'
import type { App } from '../../app.ts'
import type { Output } from '../printer.ts'

export interface Install {
  /** The words of this command line that set something. */
  words: readonly string[]
  settings: ServeSettings
  write: boolean
  /** Only tell what would be written. */
  summary: boolean
}

/** A unit is read by more people than a battery: the key must not stand in it. */
function refuseKey(words: readonly string[]): void {
  if (!words.includes('--api-key')) return
  throw fail('VALIDATION_ERROR', 'Cannot install with --api-key: the file would hold the key', {
    hint: 'Store it with buttons batteries set API_KEY --stdin',
  })
}

export async function install(
  { words, settings, write, summary }: Install,
  app: App,
  out: Output,
): Promise<void> {
  refuseKey(words)
  const { executable, selfArguments, cwd, platform } = app.host
  const { dataDirectory } = (await app.store()).place
  const supervisor = supervisors[platform.os === 'darwin' ? 'launchd' : 'systemd']
  const content = supervisor.format({
    command: [executable, ...selfArguments, 'serve', ...words],
    cwd,
    dataDirectory,
    // After the drain come the grace of what still runs, and a little for the records.
    stopSeconds: Math.ceil(settings.drain / 1000) + 15,
  })
  const path = `${homeOf(app)}/${supervisor.path}`
  const data = { supervisor: supervisor.name, path, content, written: write, next: supervisor.next }
  if (summary) return out.plan('serve --install', { ...data, written: false })
  if (write) writeFile(path, content, app)
  out.answer(data, (people) => {
    if (!write) return people.data(content)
    people.note(`✓ wrote ${path}`)
    people.note(`Next: ${supervisor.next}`)
  })
}

const supervisors = {
  systemd: {
    name: 'systemd',
    path: '.config/systemd/user/buttons.service',
    format: systemdUnit,
    next: 'systemctl --user daemon-reload && systemctl --user enable --now buttons',
  },
  launchd: {
    name: 'launchd',
    path: `Library/LaunchAgents/${launchdLabel}.plist`,
    format: launchdPlist,
    next: `launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/${launchdLabel}.plist`,
  },
} as const

function homeOf({ host }: App): string {
  const home = host.env['HOME'] || host.platform.homeDirectory
  if (home) return home
  throw fail('VALIDATION_ERROR', 'Cannot install: there is no home directory')
}

function writeFile(path: string, content: string, { host }: App): void {
  guard(`Cannot write "${path}"`, () => {
    host.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), 0o755)
    host.files.replace(path, content, 0o644)
  })
}
