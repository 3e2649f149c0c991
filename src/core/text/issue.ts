// What a schema has to say against a value, in words.

import * as v from 'valibot'

/** What is wrong, by path and type; never the value itself, which may be a secret. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  const type = issue.expected ?? issue.type
  return path === null ? `it must be ${type}` : `"${path}" must be ${type}`
}
