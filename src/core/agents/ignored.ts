// What a project's .buttons/.gitignore must cover: secrets, records, and what belongs to one machine.

import { addPatterns } from '#core/text/gitignore.ts'

const secrets = ['batteries.json', 'agent.json', 'webhook.json']
const machine = [
  'history.json',
  'buttons/*/pressed/',
  'buttons/package.json',
  'drawers/*/pressed/',
  'idempotency/',
  'queues/',
  'active/',
  '.runtime/',
  'state.db*',
  'inbox.db*',
  'hosts/',
  'serve.lock',
  'audit*.jsonl',
  '.tmp-*',
  '.install*',
  '.staging-*/',
  '.registry-cache/',
  'registry/',
]

const newFile = [
  '# Secrets of this machine',
  ...secrets,
  '',
  '# Runs, caches and locks',
  ...machine,
  '',
].join('\n')

/** The text with everything covered; the text itself when nothing is missing. */
export function coverPrivateFiles(text: string | undefined): string {
  if (text === undefined) return newFile
  return addPatterns(text, [...secrets, ...machine], 'Added by buttons init')
}
