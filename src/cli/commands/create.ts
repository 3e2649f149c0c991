// `buttons create NAME`: a new button from a script, inline code, a URL, a prompt or a scaffold.

import type { ArgDef } from '#spec/button.ts'
import type { CreateRequest } from '#spec/create.ts'
import type { CreatedButton } from '#workspace/create.ts'
import { type Call, defineCommand, type Values } from '../command.ts'
import type { People } from '../printer.ts'
import { createApp } from './createApp.ts'

const args = {
  name: { type: 'positional', description: 'Name of the button' },
  file: { type: 'string', alias: 'f', valueHint: 'path', description: 'Copy this script' },
  code: { type: 'string', valueHint: 'text', description: 'Script text, for one-liners' },
  url: {
    type: 'string',
    valueHint: 'url',
    description: 'Make an HTTP button; {{name}} is filled in',
  },
  prompt: { type: 'string', valueHint: 'text', description: 'Instruction; alone, a prompt button' },
  runtime: { type: 'string', valueHint: 'name', description: 'shell, bash, python, node or bun' },
  arg: {
    type: 'string',
    kind: 'array',
    valueHint: 'spec',
    description: 'Declare an argument: name:type:required|optional[:a|b][:secret]',
  },
  timeout: { type: 'string', kind: 'int', valueHint: 'seconds', description: 'Longest run' },
  description: { type: 'string', alias: 'd', valueHint: 'text', description: 'One line for lists' },
  method: { type: 'string', valueHint: 'word', description: 'HTTP method (GET)' },
  header: { type: 'string', kind: 'array', valueHint: 'K: V', description: 'HTTP header' },
  body: { type: 'string', valueHint: 'text', description: 'HTTP request body' },
  'max-response-size': { type: 'string', valueHint: 'size', description: 'Largest answer (10M)' },
  'allow-private-networks': { type: 'boolean', description: 'Let the request reach private hosts' },
  ignore: { type: 'boolean', description: 'Keep the button out of git' },
  app: { type: 'string', valueHint: 'source', description: 'Make an app of a git URL or a folder' },
} as const

export type CreateArgs = Values<typeof args>

export const command = defineCommand({
  args,
  examples: [
    'create backup',
    'create backup --file backup.sh --arg target:string:required',
    'create hello --code \'echo "Hello, $BUTTONS_ARG_NAME"\' --arg name:string:required',
    "create issue --url 'https://tracker.example.com/{{project}}' --arg project:string:required",
    "create review --prompt 'Read the diff and list what could break'",
    'create site --app ./site',
  ],
  run: (call) => (call.args.app ? createApp(call) : createButton(call)),
})

async function createButton({ args: given, app, out, summary }: Call<typeof args>): Promise<void> {
  const request = toRequest(given)
  const workspace = await app.workspace(out.warn)
  if (summary) {
    const { button, files } = await workspace.planCreate(request)
    const paths = files.map(({ path }) => path)
    return out.plan('create', { button, files: paths, ...(request.ignore && { ignored: true }) })
  }
  const created = await workspace.create(request)
  out.answer(
    {
      ...created.button,
      ...(created.codePath && { code_path: created.codePath }),
      button_dir: created.directory,
      ...(created.ignored && { ignored: true }),
      ...(created.agentList && { agents_md: created.agentList }),
    },
    (people) => tell(created, people),
  )
}

function toRequest(given: CreateArgs): CreateRequest {
  const { arg, header, timeout, ...texts } = given
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    name: given.name,
    args: arg,
    headers: header,
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
    ...(given['max-response-size'] && { maxResponseSize: given['max-response-size'] }),
    allowPrivateNetworks: given['allow-private-networks'],
  }
}

function tell({ button, directory, codePath, ignored, agentList }: CreatedButton, people: People) {
  people.note(`✓ Created button "${button.name}"`)
  if (codePath) people.note(`  Code:  ${codePath}`)
  people.note(`  Notes: ${directory}/AGENT.md`)
  if (ignored) people.note(`  Git leaves it out (.gitignore)`)
  if (agentList) people.note(`  AGENTS.md ${agentList}`)
  people.next(pressLine(button.name, button.args ?? []))
}

/** A line to copy: quoted, since a shell takes `<` for a redirection. */
function pressLine(name: string, defs: readonly ArgDef[]): string {
  const stubs = defs
    .filter((def) => def.required)
    .map((def) => ` --arg '${def.name}=<${def.values?.join('|') ?? def.type}>'`)
  return `buttons press ${name}${stubs.join('')}`
}
