// `buttons summary`, also bare `buttons`: what is here and how it has been doing.

import type { Summary } from '#core/run/summary.ts'
import { defineCommand } from '../command.ts'
import { firstLine } from '../format/run.ts'
import { formatTable } from '../format/table.ts'

export const command = defineCommand({
  args: {
    deep: { type: 'boolean', description: 'With output schemas, drawer steps and all runs' },
  },
  ignoresExtraWords: true,
  examples: ['summary', 'summary --deep --json'],
  run: async ({ args, app, out }) => {
    const summary = await app.summarize(args.deep)
    out.answer(summary, (people) => {
      people.data(formatSummary(summary))
      if (summary.buttons.length === 0) people.next('buttons create hello --code "echo hello"')
    })
  },
})

function formatSummary(summary: Summary): string {
  const { version, data_dir, profile, counts } = summary
  const sections = [
    `buttons ${version}  ${data_dir}${profile === '' ? '' : `  (${profile})`}\n` +
      `${counted(counts.buttons, 'button')}, ${counted(counts.drawers, 'drawer')}, ` +
      `${counted(counts.failures_recent, 'recent failure')}\n`,
    section('Buttons', summary.buttons.map(buttonCells)),
    section('Drawers', summary.drawers.map(drawerCells)),
    section('Recent failures', summary.recent_failures.map(failureCells)),
  ]
  return sections.filter((text) => text !== '').join('\n')
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function section(title: string, rows: string[][]): string {
  if (rows.length === 0) return ''
  const indented = rows.map(([first = '', ...others]) => [`  ${first}`, ...others])
  // The empty head of the table is the rest of the title's line.
  return title + formatTable(Array(rows[0]!.length).fill(''), indented)
}

function buttonCells({ name, runtime, recent_runs, description }: Summary['buttons'][number]) {
  const [last] = recent_runs
  return [name, runtime, last ? `${last.status} ${last.started_ago} ago` : '-', description]
}

function drawerCells({ name, topology, recent_runs }: Summary['drawers'][number]) {
  return [name, topology.join(' → ') || '-', recent_runs[0]?.status ?? '-']
}

function failureCells({ target, error, started_ago }: Summary['recent_failures'][number]) {
  return [target, error.code, `${started_ago} ago`, firstLine(error.message)]
}
