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
  /** What `drawer NAME set` calls the place. */
  path: string
  /** The step, or the stage of a flow. */
  step_id?: string
  arg?: string
  ref?: string
  message: string
  remediation: string
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

type Details = Omit<Issue, 'severity' | 'code' | 'message' | 'remediation'> & {
  /** Absent where the code says enough. */
  remediation?: string
}

export function error(code: IssueCode, message: string, details: Details): Issue {
  return { severity: 'error', code, message, ...withRemedy(code, details) }
}

export function warning(code: IssueCode, message: string, details: Details): Issue {
  return { severity: 'warning', code, message, ...withRemedy(code, details) }
}

function withRemedy(code: IssueCode, details: Details) {
  return { ...details, remediation: details.remediation ?? remedies[code](details) }
}

/** What to do about an issue of which nothing more special is known. */
const remedies: Readonly<Record<IssueCode, (details: Details) => string>> = {
  BUTTON_NOT_FOUND: () => 'buttons list shows all buttons; buttons create NAME makes one',
  DRAWER_NOT_FOUND: () => 'buttons drawer list shows all drawers',
  STAGE_NOT_FOUND: () => 'Name a stage of this drawer, or add it: drawer NAME stage add ID',
  FLOW_RUNTIME_REQUIRED: () => 'Only action drawers are pressed; name one of those',
  SCHEMA_VERSION: () => 'Update buttons, or mend the file',
  DRAWER_KIND: () =>
    'Steps belong to drawer_kind action, a flow to drawer_kind flow; mend the file',
  STEP_ID: () => 'Give it an id of its own: lower-case words joined by dashes',
  STEP_KIND: () => 'Change it, or take the step out: drawer NAME remove-step ID',
  FIELD_MISSING: ({ path }) => `Set ${path}: drawer NAME set, or edit drawer.json`,
  FIELD_INVALID: ({ path }) => `Change ${path}: drawer NAME set, or edit drawer.json`,
  FIELD_IGNORED: ({ path }) => `Take ${path} out if that is what you want`,
  EMPTY_BODY: () => 'Add steps to the body in drawer.json, or take the step out',
  ARG_MISSING: () => 'Set the argument: drawer NAME set STEP.args.ARG=VALUE',
  EXPRESSION: () => 'Mend the expression; quote texts, and write blanks around "-"',
  REF_ROOT: () => 'Begin with inputs, env, webhooks, steps or the id of an earlier step',
  REF_INPUT: () => 'Declare it: drawer NAME input add SPEC',
  REF_FORWARD: () => 'Move the step that is read before this one: drawer NAME move ID N',
  REF_FIELD: () => 'Name a field that is there, or give a default: a ?? b',
  REF_UNVERIFIED: () => 'Give the button an output_schema, and references to it are checked',
  TYPE_MISMATCH: () => 'Convert the value: string(x), int(x)',
  CYCLE: () => 'Take one of these steps out',
}
