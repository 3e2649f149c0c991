// The handle of a run that was started apart.

import type { DetachedRun } from '#spec/runs.ts'
import type { Output } from '../printer.ts'

export function answerDetached(run: DetachedRun, out: Output, remote?: string): number {
  out.answer(run, (people) => {
    people.note(`✓ ${run.target.replace('/', ' ')} runs as ${run.run_id}`)
    people.next(`buttons wait ${run.run_id}${remote === undefined ? '' : ` --remote ${remote}`}`)
  })
  return 0
}
