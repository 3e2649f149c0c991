// From the text of a button.json to a Button: JSON types checked, nulls gone, defaults in place.
// Values are not judged here; a press judges them (buttons.md 3.1: reading validates types only).

import * as v from 'valibot'
import { type ArgDef, type Button, type ButtonFile, buttonFileSchema } from '#spec/button.ts'
import { limits } from '#spec/limits.ts'
import { isWithinDepth } from '../text/depth.ts'

export type ReadResult<T> = { ok: true; value: T } | { ok: false; why: string }

/** The button a file's text describes; `folder` is its identity (D19). */
export function readButton(text: string, folder: string): ReadResult<Button> {
  const read = readButtonFile(text)
  return read.ok ? { ok: true, value: toButton(read.value, folder) } : read
}

/** A button.json as it stands in the file. */
export function readButtonFile(text: string): ReadResult<ButtonFile> {
  const json = parseJson(text)
  if (!json.ok) return json
  const list = findList(json.value)
  if (list !== undefined) return { ok: false, why: list }
  const parsed = v.safeParse(buttonFileSchema, json.value)
  if (!parsed.success) return { ok: false, why: describeIssue(parsed.issues[0]) }
  return { ok: true, value: parsed.output }
}

/** To the schema's library a list is an object like any other; here it is none. */
function findList(file: unknown): string | undefined {
  if (Array.isArray(file)) return 'it must be Object'
  const maps = ['headers', 'env'].filter((key) => Array.isArray((file as File | null)?.[key]))
  return maps.length > 0 ? `"${maps[0]}" must be Object` : undefined
}

type File = Readonly<Record<string, unknown>>

/** JSON.parse with the reason as a result; takes nothing that could not be written again. */
export function parseJson(text: string): ReadResult<unknown> {
  try {
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
    // Every level takes two characters, so a short text needs no second look.
    if (text.length > 2 * limits.jsonDepth && !isWithinDepth(value, limits.jsonDepth))
      return { ok: false, why: `it is nested more than ${limits.jsonDepth} levels deep` }
    return { ok: true, value }
  } catch (error) {
    // The word it stumbled over may be a secret that lost its quotes.
    const reason = (error as Error).message.replaceAll(/ "[^"]*"/g, '')
    return { ok: false, why: `it is not valid JSON (${reason})` }
  }
}

/** What is wrong, by path and type; never the value itself, which may be a secret. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  const type = issue.expected ?? issue.type
  return path === null ? `it must be ${type}` : `"${path}" must be ${type}`
}

const unsetTime = '0001-01-01T00:00:00Z'

function toButton(file: ButtonFile, folder: string): Button {
  const button: Button = {
    ...(withoutNulls(file) as Partial<Button>),
    schema_version: file.schema_version || 1,
    name: folder,
    runtime: file.runtime ?? '',
    env: file.env ?? {},
    timeout_seconds:
      (file.timeout_seconds ?? 0) > 0 ? file.timeout_seconds! : limits.defaultTimeoutSeconds,
    mcp_enabled: file.mcp_enabled ?? false,
    created_at: file.created_at ?? unsetTime,
    updated_at: file.updated_at ?? unsetTime,
  }
  if (file.args) button.args = file.args.map(withoutNulls) as unknown as ArgDef[]
  if (Array.isArray(file.requires))
    button.requires = Object.fromEntries(file.requires.map((name) => [name, 'latest']))
  return button
}

function withoutNulls(object: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== undefined),
  )
}
