// Where candidates for words come from, by what a row of the command table says it completes to.

import type { App } from '../../app.ts'
import { rowsBelow } from '../resolve.ts'
import type { Row } from '../table.ts'
import { shellNames } from './shells.ts'

export interface Candidate {
  value: string
  description?: string | undefined
}

type Source = (typed: readonly string[], app: App) => Promise<Candidate[]>

/** Each is given the words typed so far and answers for the next one. */
export const sources: Readonly<Record<NonNullable<Row['completes']>, Source>> = {
  button: async (typed, app) => (typed.length === 0 ? listButtons(app) : []),
  buttons: async (typed, app) =>
    (await listButtons(app)).filter(({ value }) => !typed.includes(value)),
  dependency: async (typed, app) => (typed.length === 0 ? listDependencies(app) : []),
  command: async (typed) =>
    rowsBelow(typed)
      .filter((row) => !row.hidden)
      .map(({ path, summary }) => ({ value: path.at(-1)!, description: summary })),
  shell: async (typed) => (typed.length === 0 ? shellNames.map((value) => ({ value })) : []),
}

// Also the buttons whose spec cannot be read: deleting one is a reason to name it.
async function listButtons(app: App): Promise<Candidate[]> {
  const { buttons } = await app.store()
  const listed = (await buttons.list()).buttons.map(({ button }) => button)
  const descriptions = new Map(listed.map(({ name, description }) => [name, description]))
  return (await buttons.names()).map((value) => ({ value, description: descriptions.get(value) }))
}

async function listDependencies(app: App): Promise<Candidate[]> {
  const { dataDirectory } = (await app.store()).place
  const text = app.host.files.findText(`${dataDirectory}/buttons.json`)
  if (text === undefined) return []
  const manifest = JSON.parse(text) as { dependencies?: unknown }
  const dependencies = manifest.dependencies
  if (typeof dependencies !== 'object' || dependencies === null) return []
  return Object.keys(dependencies)
    .sort()
    .map((value) => ({ value }))
}
