// `buttons resume ID`: goes on with the run of a drawer where its process died.

import { defineCommand } from '../command.ts'
import { answerDetached } from '../format/detached.ts'
import { answerDrawer, watchDrawer } from '../format/drawerResult.ts'

export const command = defineCommand({
  args: {
    id: { type: 'positional', description: 'The run' },
    force: { type: 'boolean', description: 'Also when what it presses has changed since it began' },
    detach: { type: 'boolean', description: 'Return at once; see buttons wait' },
  },
  examples: ['resume 0192f3a1b2c34d5e', 'resume 0192f3a1b2c34d5e --force --detach'],
  run: async ({ args, app, out, summary, stop, hurry }) => {
    const onEvent = out.watched ? { onEvent: watchDrawer(out) } : {}
    const desk = await app.runs({ warn: out.warn, ...onEvent })
    if (summary) {
      const { run_id, target, status } = await desk.show(args.id)
      return out.plan('resume', { run_id, target, status })
    }
    const request = { runId: args.id, force: args.force === true }
    if (args.detach) return answerDetached(await desk.detachResume(request), out)
    const signals = { signal: stop(), hurry: hurry(), ownsProcess: true }
    return answerDrawer(await desk.resume(request, signals), out)
  },
})
