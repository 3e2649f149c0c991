// How the folder of a package looks: its spec, what the installer left, and whether anybody touched
// it since.

import { readInstallState } from '#core/package/installState.ts'
import { guard } from '#core/text/storage.ts'
import { installStateName, specNames } from '#spec/package.ts'
import type { Host } from '#host/host.ts'
import type { PackageLook, PackagePlace } from '../../packages.ts'
import { hashFiles, hashFolder } from '../folderHash.ts'

export function pathOf(dataDirectory: string, { kind, folder }: PackagePlace): string {
  return `${dataDirectory}/${kind}s/${folder}`
}

/** Throws STORAGE_ERROR when the disk does not let us look. */
export function lookAt(host: Host, dataDirectory: string, place: PackagePlace): PackageLook {
  const directory = pathOf(dataDirectory, place)
  const what = `Cannot read "${directory}"`
  return guard(what, () => {
    const spec = host.files.findText(`${directory}/${specNames[place.kind]}`)
    const state = host.files.findText(`${directory}/${installStateName}`)
    return {
      directory,
      exists: host.files.linkStat(directory) !== undefined,
      ...(spec !== undefined && { spec }),
      ...(state !== undefined && readState(state)),
      hash: () => guard(what, () => hashFolder(host, directory)),
      fileHashes: () => guard(what, () => hashFiles(host, directory)),
    }
  })
}

function readState(text: string): Pick<PackageLook, 'state' | 'stateProblem'> {
  const read = readInstallState(text)
  return read.ok ? { state: read.value } : { stateProblem: read.why }
}
