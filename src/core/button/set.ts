// Changes a button.json by assignments: all of them judged first, the result as a whole afterwards.

import * as v from 'valibot'
import type { ArgDef } from '#spec/button.ts'
import { buttonFileSchema } from '#spec/buttonFile.ts'
import { fail } from '#spec/errors.ts'
import { checkArgDefs } from '#core/args/declare.ts'
import { suggest } from '#core/text/suggest.ts'
import { type Assignment, parseAssignment, refuseAssignment } from './assignment.ts'
import { describeIssue } from '../text/issue.ts'
import { type ButtonObject, settable } from './settable.ts'
import { describeNewer } from './version.ts'

/** The assignments of `buttons set`, with every path known. Throws VALIDATION_ERROR. */
export function parseAssignments(words: readonly string[]): Assignment[] {
  if (words.length === 0)
    throw fail('VALIDATION_ERROR', 'Cannot set anything: no KEY=VALUE was given', {
      hint: 'buttons set NAME description="What it does"',
    })
  const assignments = words.map(parseAssignment)
  for (const assignment of assignments) checkKey(assignment)
  return assignments
}

function checkKey(assignment: Assignment): void {
  const { key } = assignment
  if (Object.hasOwn(settable, key)) return
  const near = suggest(key, Object.keys(settable))
  const hint = near
    ? `Did you mean "${near}"?`
    : `These can be set: ${Object.keys(settable).join(', ')}`
  const why = Object.hasOwn(buttonFileSchema.entries, key)
    ? 'it is kept by buttons itself'
    : 'a button has no such key'
  throw refuseAssignment(assignment, why, hint)
}

/**
 * The file with the assignments made; the one given stays as it is, and keys nobody touches
 * survive. Throws VALIDATION_ERROR when one of them or the result does not hold together.
 */
export function applyAssignments(
  name: string,
  file: Readonly<ButtonObject>,
  assignments: readonly Assignment[],
): ButtonObject {
  checkRewritable(name, file)
  const changed = structuredClone(file) as ButtonObject
  for (const assignment of assignments) settable[assignment.key]!(changed, assignment)
  checkResult(name, changed, assignments)
  return changed
}

/** A newer program's file may mean more than we would keep right (D20). */
export function checkRewritable(name: string, file: Readonly<ButtonObject>): void {
  const why = describeNewer(file['schema_version'])
  if (why === undefined) return
  throw fail('VALIDATION_ERROR', `Cannot change "${name}": ${why}`, {
    hint: 'Update buttons with buttons update',
  })
}

function checkResult(name: string, file: ButtonObject, made: readonly Assignment[]): void {
  const parsed = v.safeParse(buttonFileSchema, file)
  const refuse = (why: string) => fail('VALIDATION_ERROR', `Cannot change "${name}": ${why}`)
  if (!parsed.success) throw refuse(describeIssue(parsed.issues[0]))
  const touched = new Set(made.map(({ key }) => key))
  // What somebody wrote by hand and nobody touches now is not for us to refuse.
  if (touched.has('args')) checkArgDefs((parsed.output.args ?? []) as unknown as ArgDef[])
  if (touched.has('queue') && parsed.output.queue?.name === '')
    throw refuse('"queue.name" must not be empty')
}
