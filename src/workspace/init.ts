// `buttons init`: a project's .buttons folder with its guide, and the files of coding agents. Running
// it again changes nothing that is as it should be.

import { guideText } from '#core/agents/guide.ts'
import { coverPrivateFiles } from '#core/agents/ignored.ts'
import type { BlockAction } from '#core/agents/managed.ts'
import { type AgentId, agentTargets } from '#core/agents/targets.ts'
import { guard } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import { findRepository } from './paths.ts'
import { editSharedFile } from './sharedFile.ts'

export interface InitResult {
  /** The .buttons folder. */
  path: string
  /** It was not there before. */
  created: boolean
  /** The guide. */
  agent_md: string
  agent_installs: { target_id: AgentId; path: string; action: BlockAction }[]
}

export interface InitPlan {
  path: string
  created: boolean
  agent_files: string[]
}

/** Works on the caller's directory, whatever data directory is active. Throws STORAGE_ERROR. */
export function initProject(host: Host, agents: readonly AgentId[]): InitResult {
  const directory = dataDirectory(host)
  const created = makeDirectories(host, directory)
  const guide = `${directory}/AGENTS.md`
  editOwnFile(host, directory, '.gitignore', coverPrivateFiles)
  editOwnFile(host, directory, 'AGENTS.md', () => guideText)
  return {
    path: directory,
    created,
    agent_md: guide,
    agent_installs: agents.map((id) => installAgent(host, id)),
  }
}

/** What `init` would write, without writing it. */
export function planInit(host: Host, agents: readonly AgentId[]): InitPlan {
  const directory = dataDirectory(host)
  return {
    path: directory,
    created: host.files.stat(directory) === undefined,
    agent_files: agents.map((id) => projectPath(host, agentTargets[id].path)),
  }
}

function dataDirectory(host: Host): string {
  return projectPath(host, '.buttons')
}

function projectPath(host: Host, path: string): string {
  return `${host.cwd === '/' ? '' : host.cwd}/${path}`
}

function makeDirectories(host: Host, directory: string): boolean {
  return guard(`Cannot create "${directory}"`, () => {
    const created = host.files.stat(directory) === undefined
    for (const path of [directory, `${directory}/buttons`, `${directory}/drawers`])
      host.files.makeDirectory(path, 0o700)
    return created
  })
}

function editOwnFile(
  host: Host,
  directory: string,
  name: string,
  edit: (text: string | undefined) => string,
): void {
  const path = `${directory}/${name}`
  // The guide is written over whole: never through a link into a file that somebody else wrote.
  if (host.files.linkStat(path)?.kind === 'link')
    throw fail('VALIDATION_ERROR', `Cannot write "${path}": it is a link`)
  editSharedFile(host, { path, root: directory, mode: 0o600 }, (text) => ({ text: edit(text) }))
}

function installAgent(host: Host, id: AgentId) {
  const target = agentTargets[id]
  const path = projectPath(host, target.path)
  const root = findRepository(host, host.cwd) ?? host.cwd
  const { action } = editSharedFile(host, { path, root, mode: 0o644 }, target.edit)
  return { target_id: id, path, action }
}
