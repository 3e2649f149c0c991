// `buttons verify NAME`: what is installed, from whom, and whether it was edited.

import type { FilesState, Verdict } from '#core/package/verdict.ts'
import { fail } from '#spec/errors.ts'
import { defineCommand } from '../command.ts'
import type { People } from '../printer.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: '@desk/name, or the name it is installed under' },
  },
  examples: ['verify @acme/deploy', 'verify deploy'],
  run: async ({ args, app, out }) => {
    const packages = await app.packages(out.warn)
    const verdict = await packages.verify(args.name)
    if (verdict.ok) return out.answer(verdict, (people) => tell(verdict, people))
    const { name, files, signature } = verdict
    const why = signature === 'invalid' ? 'its signature is wrong' : words[files]
    throw fail('VERIFY_ERROR', `Cannot vouch for "${name}": ${why}${listChanges(verdict)}`, {
      data: verdict,
    })
  },
})

const words: Readonly<Record<FilesState, string>> = {
  intact: 'its files are as they were installed',
  edited: 'its files were edited since they were installed',
  missing: 'its folder is not there',
  other: 'its folder holds another version',
  unmanaged: 'no installer made its folder',
}

function listChanges({ changes }: Verdict): string {
  if (!changes) return ''
  const { added, changed, removed } = changes
  const marks = [added.map((path) => `+${path}`), changed, removed.map((path) => `-${path}`)]
  return ` (${marks.flat().join(', ')})`
}

function tell(verdict: Verdict, people: People): void {
  const { name, version, kind, installed_name: installed, source, publisher } = verdict
  people.note(`✓ ${name} ${version} (${kind} ${installed}): ${words[verdict.files]}`)
  if (source !== undefined) people.note(`  from       ${source}, ${verdict.resolved_at}`)
  people.note(`  content    ${verdict.content_hash}`)
  people.note(`  signed by  ${publisher ? `device ${publisher.device_id}` : 'nobody'}`)
}
