// The file an installer leaves in a package's folder: what it put there (registry 2.3).

import * as v from 'valibot'
import { type InstallState, installStateSchema } from '#spec/package.ts'
import { parseJson, type ReadResult } from '../text/json.ts'
import { describeIssue } from '../text/issue.ts'
import { isObject } from '../drawer/json.ts'

export function readInstallState(text: string): ReadResult<InstallState> {
  const json = parseJson(text)
  if (!json.ok) return json
  if (!isObject(json.value)) return { ok: false, why: 'it must be an object' }
  const parsed = v.safeParse(installStateSchema, json.value)
  if (!parsed.success) return { ok: false, why: describeIssue(parsed.issues[0]) }
  return { ok: true, value: parsed.output as InstallState }
}

export function formatInstallState(state: InstallState): string {
  const { content_hash, installed_hash, ...more } = state
  return JSON.stringify({ content_hash, installed_hash, ...more }, null, 2)
}

/**
 * Whether somebody changed an installed folder (registry 10.2). `state` is absent when the folder
 * has no such file, `locked` when the lock knows no hash.
 */
export function isEdited(
  state: InstallState | undefined,
  locked: string | undefined,
  folderHash: () => string,
): boolean {
  if (!state || state.installed_hash === '') return false
  // A folder of another version than the lock says is simply out of date.
  if (state.content_hash !== '' && locked && state.content_hash !== locked) return false
  return folderHash() !== state.installed_hash
}
