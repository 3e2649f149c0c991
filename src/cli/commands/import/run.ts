// What the import commands share: the plan is shown, agreed to, and carried out.

import type { ButtonDraft } from '#spec/create.ts'
import { fail } from '#spec/errors.ts'
import type { ImportSource } from '#workspace/import/context.ts'
import type { Imported } from '#workspace/import/apply.ts'
import type { Args, Call } from '../../command.ts'
import { ask } from '../../question.ts'

export const nameArg = {
  name: { type: 'string', valueHint: 'name', description: 'Name of the button' },
} as const satisfies Args

export const yesArg = {
  yes: { type: 'boolean', alias: 'y', description: 'Do not ask' },
} as const satisfies Args

type ImportCall = Pick<Call, 'app' | 'out' | 'summary' | 'noInput'>

/** Resolves to the exit status. Throws IMPORT_ERROR. */
export async function runImport(
  source: ImportSource,
  yes: boolean,
  { app, out, summary, noInput }: ImportCall,
): Promise<number> {
  const workspace = await app.workspace(out.warn)
  // A plan touches no network: of a URL no more is known than what was typed.
  if (summary && source.kind === 'url') {
    out.plan('import url', source)
    return 0
  }
  if (!summary && !yes && noInput)
    throw fail('IMPORT_ERROR', 'Cannot import without being asked: nobody can answer', {
      hint: 'Add --yes',
    })
  const drafts = await workspace.planImport(source)
  if (summary) {
    out.plan(`import ${source.kind}`, { buttons: drafts.map(describe) })
    return 0
  }
  warnAboutSecrets(drafts, out.warn)
  if (!yes && !(await agreed(drafts, app.host.terminal))) return 0
  return report(await workspace.import(drafts), out)
}

function describe({ name, description, source }: ButtonDraft) {
  const runtime = 'runtime' in source ? source.runtime : source.kind
  return { name, runtime, ...(description && { description }) }
}

/** Somebody else's spec may ask for our secrets: say so before it is ever pressed. */
function warnAboutSecrets(drafts: readonly ButtonDraft[], warn: (message: string) => void): void {
  for (const { name, source } of drafts) {
    if (source.kind !== 'http') continue
    const headers = Object.values(source.headers).join('\n')
    const secrets = [...headers.matchAll(/\$ENV\{([^{}]*)\}/g)].map((match) => match[1])
    if (secrets.length > 0)
      warn(`"${name}" will send ${[...new Set(secrets)].join(', ')} to ${source.url}`)
  }
}

async function agreed(
  drafts: readonly ButtonDraft[],
  terminal: ImportCall['app']['host']['terminal'],
): Promise<boolean> {
  const lines = drafts.map((draft) => {
    const { name, runtime, description } = describe(draft)
    return `  ${name} (${runtime})${description ? ` — ${description}` : ''}\n`
  })
  const answer = await ask(
    terminal,
    `These buttons will be created:\n${lines.join('')}Go on? [y/N] `,
  )
  if (/^(y|yes)$/i.test(answer ?? '')) return true
  terminal.writeError('Nothing was imported\n')
  return false
}

function report({ created, errors }: Imported, out: ImportCall['out']): number {
  const failed = Object.entries(errors)
  const data = { created, ...(failed.length > 0 && { errors }) }
  if (created.length === 0) {
    const why = failed.map(([name, message]) => `${name}: ${message}`).join('; ')
    throw fail('IMPORT_ERROR', `Nothing was imported: ${why}`, { data })
  }
  out.answer(data, (people) => {
    for (const name of created) people.note(`✓ Created button "${name}"`)
    for (const [name, message] of failed) people.note(`✗ ${name}: ${message}`)
    people.next(`buttons press ${created[0]}`)
  })
  return 0
}
