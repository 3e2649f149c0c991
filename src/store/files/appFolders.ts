// Apps as folders below `apps/`, which appears with the first one.

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { AppStore } from '../store.ts'
import { discard, makeAside, moveIntoPlace } from './aside.ts'
import { guard } from '#core/text/storage.ts'
import { locked, refuseNamed } from './names.ts'

export function openAppFolders(host: Host, dataDirectory: string): AppStore {
  const root = `${dataDirectory}/apps`
  return {
    has: async (name) => host.files.linkStat(`${root}/${name}`) !== undefined,
    create: async (name, fill) => {
      const directory = `${root}/${name}`
      const what = `Cannot create app "${name}"`
      const taken = () => fail('ALREADY_EXISTS', `${what}: an app of that name exists`)
      if (guard(what, () => host.files.linkStat(directory))) throw taken()
      const aside = makeAside(host, dataDirectory, what)
      try {
        await fill(aside)
        guard(what, () => host.files.makeDirectory(root, 0o700))
        locked({ host, dataDirectory }, () => {
          refuseNamed({ host, dataDirectory }, name, ['drawer', 'button'], what)
          moveIntoPlace(host, aside, directory, what, taken)
        })
      } catch (error) {
        discard(host, aside)
        throw error
      }
      return directory
    },
  }
}
