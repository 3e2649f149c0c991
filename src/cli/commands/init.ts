// `buttons init`: sets up the working directory as a project, and the files of coding agents.

import { agentIds, agentTargets, type AgentId, parseAgents } from '#core/agents/targets.ts'
import { type Call, defineCommand } from '../command.ts'
import { ask } from '../question.ts'
import { asUsage } from '../trouble.ts'

const args = {
  agent: {
    type: 'string',
    kind: 'list',
    valueHint: 'agents',
    description: `Which agents to tell: ${agentIds.join(', ')}; none`,
  },
} as const

export const command = defineCommand({
  args,
  examples: ['init', 'init --agent claude,cursor', 'init --agent none'],
  run: async (call) => {
    const { app, out, summary } = call
    const agents = await chooseAgents(call)
    if (summary) return out.plan('init', await app.planInit(agents))
    const done = await app.init(agents)
    out.answer(done, (people) => {
      people.note(done.created ? `✓ Created ${done.path}` : `✓ ${done.path} is up to date`)
      for (const { path, action } of done.agent_installs) people.note(`  ${action} ${path}`)
      people.next('buttons create hello')
    })
  },
})

/** All of them are checked before anything is written. */
function chooseAgents({ args: { agent }, app, noInput, summary }: Call<typeof args>) {
  return asUsage(async () => {
    if (agent.length > 0 || noInput || summary) return parseAgents(agent)
    return askForAgent((question) => ask(app.host.terminal, question))
  })
}

async function askForAgent(
  question: (text: string) => Promise<string | undefined>,
): Promise<AgentId[]> {
  const lines = agentIds.map((id, index) => `  ${index + 1}  ${agentTargets[id].label}\n`)
  const answer = await question(
    `Which coding agent works here?\n${lines.join('')}  0  none of them\nNumber [0]: `,
  )
  const word = answer ?? ''
  const chosen = /^\d+$/.test(word) ? (agentIds[Number(word) - 1] ?? numberless(word)) : word
  return parseAgents([chosen])
}

/** 0 is "none"; any other number without an agent is refused under its own name. */
function numberless(word: string): string {
  return Number(word) === 0 ? 'none' : word
}
