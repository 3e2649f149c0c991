// Reading a button.json: its JSON types are checked. Values are not judged here; a press judges them
// (buttons.md 3.1: reading validates types only).

import * as v from 'valibot'
import type { Button } from '#spec/button.ts'
import { type ButtonFile, buttonFileSchema } from '#spec/buttonFile.ts'
import { describeIssue } from '../text/issue.ts'
import { parseJson, type ReadResult } from '../text/json.ts'
import { toButton } from './button.ts'

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
