// `drawer NAME`, `drawer NAME summary` and `drawer NAME --graph`

import type { Issue } from '#core/drawer/validate/issue.ts'
import type { DrawerDescription, Verb, VerbCall } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { formatLocal } from '../../format/time.ts'

const args = {
  graph: { type: 'boolean', description: 'Draw the drawer, with the states of its last run' },
} as const

export const verb: Verb = {
  run: async (call) => {
    const { values } = readVerb(call.words, args, [0, 0], call.usage)
    if (values.graph) return drawGraph(call)
    const description = await (await call.author()).describe(call.name)
    call.out.answer(description, (people) => people.data(formatDescription(description)))
  },
}

// A tree for whoever watches; Mermaid text for whoever pipes it on.
async function drawGraph({ author, name, out, app }: VerbCall): Promise<void> {
  const { tree, ...data } = await (await author()).picture(name)
  const { stdoutIsTerminal } = app.host.terminal
  out.answer(data, (people) => people.data(stdoutIsTerminal ? tree : data.mermaid))
}

function formatDescription(drawer: DrawerDescription): string {
  const { name, drawer_kind, version, description, topology, validation } = drawer
  const { errors, warnings } = validation
  const lines = [
    `${name}  ${drawer_kind}${version === '' ? '' : `, version ${version}`}`,
    ...(description === '' ? [] : [description]),
    `steps     ${topology || '-'}`,
    ...drawer.inputs.map(formatInput),
    ...drawer.triggers.map(
      ({ kind, path = '', url, auth_type }) => `trigger   ${kind} ${url ?? path} (${auth_type})`,
    ),
    `sound     ${validation.ok ? 'yes' : 'no'}`,
    ...[...errors, ...warnings].map(formatIssue),
    ...drawer.recent_runs.map(formatRun),
  ]
  return `${lines.join('\n')}\n`
}

function formatInput({ name, type, required, description }: DrawerDescription['inputs'][number]) {
  const more = [required ? 'required' : 'optional', description].filter(Boolean).join(', ')
  return `input     ${name} (${type}, ${more})`
}

function formatIssue({ severity, path, message, remediation }: Issue): string {
  const where = path === undefined ? '' : `${path}: `
  const hint = remediation === undefined ? '' : `\n            ${remediation}`
  return `  ${severity === 'error' ? '✗' : '!'} ${where}${message}${hint}`
}

function formatRun(run: DrawerDescription['recent_runs'][number]): string {
  const error = run.error_type === undefined ? '' : ` · ${run.error_type}`
  return `run       ${formatLocal(run.started_at)}  ${run.status}${error}  ${run.duration_ms}ms`
}
