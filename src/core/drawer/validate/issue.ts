// What validation finds. Every issue says where (`path`, as `drawer NAME set` writes it), what and
// what to do; the code tells programs which rule it was.

import type { ErrorCode } from '#spec/errors.ts'

export type IssueCode =
  | Extract<
      ErrorCode,
      'BUTTON_NOT_FOUND' | 'DRAWER_NOT_FOUND' | 'STAGE_NOT_FOUND' | 'FLOW_RUNTIME_REQUIRED'
    >
  | 'SCHEMA_VERSION'
  | 'DRAWER_KIND'
  | 'STEP_ID'
  | 'STEP_KIND'
  | 'FIELD_MISSING'
  | 'FIELD_INVALID'
  | 'FIELD_IGNORED'
  | 'EMPTY_BODY'
  | 'ARG_MISSING'
  | 'EXPRESSION'
  | 'REF_ROOT'
  | 'REF_INPUT'
  | 'REF_FORWARD'
  | 'REF_FIELD'
  | 'REF_UNVERIFIED'
  | 'TYPE_MISMATCH'
  | 'CYCLE'

export interface Issue {
  severity: 'error' | 'warning'
  code: IssueCode
  /** What `drawer NAME set` calls the place; absent when the whole drawer is meant. */
  path?: string
  /** The step, or the stage of a flow. */
  step_id?: string
  arg?: string
  ref?: string
  message: string
  remediation?: string
}

export interface Report {
  ok: boolean
  errors: Issue[]
  warnings: Issue[]
}

/** Sorts issues into a report, their order kept. */
export function reportOf(issues: readonly Issue[]): Report {
  const errors = issues.filter(({ severity }) => severity === 'error')
  const warnings = issues.filter(({ severity }) => severity === 'warning')
  return { ok: errors.length === 0, errors, warnings }
}

type Details = Omit<Issue, 'severity' | 'code' | 'message'>

export function error(code: IssueCode, message: string, details: Details = {}): Issue {
  return { severity: 'error', code, message, ...details }
}

export function warning(code: IssueCode, message: string, details: Details = {}): Issue {
  return { severity: 'warning', code, message, ...details }
}
