// The table of commands. Rows are read at every start, so a row holds words only; the code of a
// command is loaded when it runs. Help, completion and reserved names follow from here.

import type { Command } from './command.ts'

export interface Row {
  /** `['batteries', 'set']`; empty for `buttons NAME`. */
  path: readonly string[]
  aliases?: readonly string[]
  summary: string
  /** Headline of the list of commands under which it stands; for visible first words. */
  group?: string
  /** Absent for a group whose bare form shows help. */
  load?: () => Promise<{ command: Command }>
  /** What the first word completes to; `buttons`: every word. */
  completes?: 'button' | 'buttons' | 'dependency' | 'command' | 'shell'
  hidden?: boolean
}

export const table: readonly Row[] = [
  {
    path: ['create'],
    summary: 'Create a button',
    group: 'Buttons',
    load: () => import('./commands/create.ts'),
  },
  {
    path: ['set'],
    summary: 'Change fields of a button',
    group: 'Buttons',
    load: () => import('./commands/set.ts'),
    completes: 'button',
  },
  {
    path: ['delete'],
    aliases: ['rm'],
    summary: 'Delete a button with its history',
    group: 'Buttons',
    load: () => import('./commands/delete.ts'),
    completes: 'button',
  },
  { path: ['import'], summary: 'Make buttons of scripts, skills and specs', group: 'Buttons' },
  {
    path: ['import', 'code'],
    summary: 'Make a button of a script',
    load: () => import('./commands/import/code.ts'),
  },
  {
    path: ['import', 'skill'],
    summary: 'Make buttons of a skill',
    load: () => import('./commands/import/skill.ts'),
  },
  {
    path: ['import', 'url'],
    summary: 'Make an HTTP button of a spec on the web',
    load: () => import('./commands/import/url.ts'),
  },
  {
    path: ['import', 'mcp'],
    summary: 'Not available',
    load: () => import('./commands/import/mcp.ts'),
    hidden: true,
  },
  {
    path: ['init'],
    summary: 'Set up this directory as a project',
    group: 'Settings',
    load: () => import('./commands/init.ts'),
  },
  {
    path: ['press'],
    summary: 'Press a button',
    group: 'Buttons',
    load: () => import('./commands/press.ts'),
    completes: 'button',
  },
  {
    path: ['smash'],
    summary: 'Press several buttons at once',
    group: 'Buttons',
    load: () => import('./commands/smash.ts'),
    completes: 'buttons',
  },
  {
    path: ['list'],
    summary: 'List all buttons',
    group: 'Buttons',
    load: () => import('./commands/list.ts'),
  },
  {
    path: [],
    summary: 'Show one button',
    load: () => import('./commands/show.ts'),
    completes: 'button',
  },
  {
    path: ['history'],
    summary: 'Show past presses',
    group: 'Buttons',
    load: () => import('./commands/history.ts'),
    completes: 'button',
  },
  {
    path: ['logs'],
    summary: 'Show how a button did, or what failed lately',
    group: 'Buttons',
    load: () => import('./commands/logs.ts'),
    completes: 'button',
  },
  {
    path: ['tail'],
    summary: 'Print the progress of a press',
    group: 'Buttons',
    load: () => import('./commands/tail.ts'),
  },
  {
    path: ['runs'],
    summary: 'List runs: in progress, interrupted, over',
    group: 'Runs',
    load: () => import('./commands/runs/list.ts'),
  },
  {
    path: ['runs', 'show'],
    summary: 'Show everything about one run',
    load: () => import('./commands/runs/show.ts'),
  },
  {
    path: ['wait'],
    summary: 'Sleep until runs are over and print their results',
    group: 'Runs',
    load: () => import('./commands/wait.ts'),
  },
  {
    path: ['cancel'],
    summary: 'End a run with everything it started',
    group: 'Runs',
    load: () => import('./commands/cancel.ts'),
  },
  {
    path: ['resume'],
    summary: 'Go on with the run of a drawer whose process died',
    group: 'Runs',
    load: () => import('./commands/resume.ts'),
  },
  {
    path: ['retry'],
    summary: 'Press again what a run pressed, without its finished steps',
    group: 'Runs',
    load: () => import('./commands/retry.ts'),
  },
  {
    path: ['step'],
    summary: 'Inside a script: do something once for its run',
    group: 'Runs',
    load: () => import('./commands/step.ts'),
  },
  {
    path: ['gc'],
    summary: 'Remove old history and leftovers',
    group: 'Runs',
    load: () => import('./commands/gc.ts'),
  },
  {
    path: ['__run'],
    summary: 'The process of a detached run',
    load: () => import('./commands/perform.ts'),
    hidden: true,
  },
  {
    path: ['summary'],
    summary: 'Show what is here and how it has been doing',
    group: 'Buttons',
    load: () => import('./commands/summary.ts'),
  },
  {
    path: ['serve'],
    summary: 'Serve buttons, webhooks and schedules over HTTP',
    group: 'Host',
    load: () => import('./commands/serve.ts'),
  },
  {
    path: ['drawer'],
    summary: 'Make, inspect and run workflows',
    group: 'Drawers',
    load: () => import('./commands/drawer/index.ts'),
  },
  {
    path: ['trigger'],
    summary: 'Press without a person: schedules, files, webhooks',
    group: 'Host',
  },
  {
    path: ['trigger', 'add'],
    summary: 'Add a trigger',
    load: () => import('./commands/trigger/add.ts'),
    completes: 'button',
  },
  {
    path: ['trigger', 'list'],
    summary: 'List triggers with their next and last fire',
    load: () => import('./commands/trigger/list.ts'),
    completes: 'button',
  },
  {
    path: ['trigger', 'rm'],
    aliases: ['remove', 'delete'],
    summary: 'Remove a trigger',
    load: () => import('./commands/trigger/rm.ts'),
    completes: 'button',
  },
  {
    path: ['trigger', 'pause'],
    summary: 'Keep a trigger from firing',
    load: () => import('./commands/trigger/pause.ts'),
    completes: 'button',
  },
  {
    path: ['trigger', 'resume'],
    summary: 'Let a paused trigger fire again',
    load: () => import('./commands/trigger/resume.ts'),
    completes: 'button',
  },
  {
    path: ['trigger', 'next'],
    summary: 'Show when schedules fire next',
    load: () => import('./commands/trigger/next.ts'),
    completes: 'button',
  },
  {
    path: ['add'],
    summary: 'Add a package and install it',
    group: 'Packages',
    load: () => import('./commands/add.ts'),
  },
  {
    path: ['install'],
    summary: 'Install what buttons.json wants',
    group: 'Packages',
    load: () => import('./commands/install.ts'),
  },
  {
    path: ['remove'],
    summary: 'Remove a package',
    group: 'Packages',
    load: () => import('./commands/remove.ts'),
    completes: 'dependency',
  },
  {
    path: ['publish'],
    summary: 'Publish a button or drawer as a package',
    group: 'Packages',
    load: () => import('./commands/publish.ts'),
  },
  {
    path: ['status'],
    summary: 'Show what there is to update',
    group: 'Packages',
    load: () => import('./commands/status.ts'),
  },
  {
    path: ['update'],
    summary: 'Bring packages and the program up to date',
    group: 'Packages',
    load: () => import('./commands/update.ts'),
  },
  {
    path: ['verify'],
    summary: 'Show what a package is, from whom, and whether it was edited',
    group: 'Packages',
    load: () => import('./commands/verify.ts'),
    completes: 'dependency',
  },
  {
    path: ['login'],
    summary: 'Let this machine publish',
    group: 'Packages',
    load: () => import('./commands/login.ts'),
  },
  {
    path: ['logout'],
    summary: 'Forget the key of login',
    group: 'Packages',
    load: () => import('./commands/logout.ts'),
  },
  { path: ['agent'], summary: 'Make this device known to a registry', group: 'Packages' },
  {
    path: ['agent', 'setup'],
    summary: 'Take a name for this device',
    load: () => import('./commands/agent/setup.ts'),
  },
  {
    path: ['agent', 'status'],
    summary: 'Show who this device is',
    load: () => import('./commands/agent/status.ts'),
  },
  { path: ['registry'], summary: 'Look after a registry of your own', group: 'Packages' },
  { path: ['registry', 'key'], summary: 'Who may read and publish' },
  {
    path: ['registry', 'key', 'create'],
    summary: 'Make a key',
    load: () => import('./commands/registry/key/create.ts'),
  },
  {
    path: ['registry', 'key', 'list'],
    summary: 'List the keys',
    load: () => import('./commands/registry/key/list.ts'),
  },
  {
    path: ['registry', 'key', 'revoke'],
    summary: 'Refuse a key from now on',
    load: () => import('./commands/registry/key/revoke.ts'),
  },
  { path: ['registry', 'token'], summary: 'Which devices may enrol' },
  {
    path: ['registry', 'token', 'create'],
    summary: 'Make a token for one device',
    load: () => import('./commands/registry/token/create.ts'),
  },
  { path: ['registry', 'device'], summary: 'Which devices have enrolled' },
  {
    path: ['registry', 'device', 'list'],
    summary: 'List the devices',
    load: () => import('./commands/registry/device/list.ts'),
  },
  {
    path: ['registry', 'device', 'revoke'],
    summary: 'Refuse a device from now on',
    load: () => import('./commands/registry/device/revoke.ts'),
  },
  {
    path: ['registry', 'yank'],
    summary: 'Take a version out of the newest ones, or back',
    load: () => import('./commands/registry/yank.ts'),
  },
  {
    path: ['__update'],
    summary: 'Updates that nobody asked for',
    load: () => import('./commands/passiveUpdate.ts'),
    hidden: true,
  },
  {
    path: ['webhook'],
    summary: 'Be reached by webhooks, and see what came',
    group: 'Host',
    load: () => import('./commands/webhook/bare.ts'),
  },
  {
    path: ['webhook', 'status'],
    summary: 'Show how this machine is reached',
    load: () => import('./commands/webhook/status.ts'),
  },
  {
    path: ['webhook', 'setup'],
    summary: 'Set up a tunnel of your own',
    load: () => import('./commands/webhook/setup.ts'),
  },
  {
    path: ['webhook', 'test'],
    summary: 'Try the tunnel',
    load: () => import('./commands/webhook/test.ts'),
  },
  {
    path: ['webhook', 'listen'],
    summary: 'Take webhooks of drawers',
    load: () => import('./commands/webhook/listen.ts'),
  },
  {
    path: ['webhook', 'logout'],
    summary: 'Forget the tunnel',
    load: () => import('./commands/webhook/logout.ts'),
  },
  {
    path: ['webhook', 'deliveries'],
    summary: 'List what came and what became of it',
    load: () => import('./commands/webhook/deliveries.ts'),
  },
  {
    path: ['webhook', 'replay'],
    summary: 'Run a delivery again',
    load: () => import('./commands/webhook/replay.ts'),
  },
  { path: ['batteries'], summary: 'Keep secrets for presses', group: 'Settings' },
  {
    path: ['batteries', 'set'],
    summary: 'Store a secret',
    load: () => import('./commands/batteries/set.ts'),
  },
  {
    path: ['batteries', 'get'],
    summary: 'Print a secret',
    load: () => import('./commands/batteries/get.ts'),
  },
  {
    path: ['batteries', 'list'],
    summary: 'List the stored keys',
    load: () => import('./commands/batteries/list.ts'),
  },
  {
    path: ['batteries', 'rm'],
    aliases: ['remove', 'delete'],
    summary: 'Forget a secret',
    load: () => import('./commands/batteries/rm.ts'),
  },
  {
    path: ['config'],
    summary: 'Show and change settings',
    group: 'Settings',
    load: () => import('./commands/config/show.ts'),
  },
  {
    path: ['config', 'set'],
    summary: 'Change a setting',
    load: () => import('./commands/config/set.ts'),
  },
  {
    path: ['config', 'unset'],
    summary: 'Take a setting back to its default',
    load: () => import('./commands/config/unset.ts'),
  },
  {
    path: ['ignore'],
    summary: 'Keep a button or drawer out of git',
    group: 'Settings',
    load: () => import('./commands/ignore.ts'),
    completes: 'button',
  },
  {
    path: ['unignore'],
    summary: 'Let git see a button or drawer again',
    group: 'Settings',
    load: () => import('./commands/unignore.ts'),
    completes: 'button',
  },
  {
    path: ['completion'],
    summary: 'Print a completion script for a shell',
    group: 'About',
    load: () => import('./commands/completion.ts'),
    completes: 'shell',
  },
  {
    path: ['help'],
    summary: 'Show help for a command',
    group: 'About',
    load: () => import('./commands/help.ts'),
    completes: 'command',
  },
  {
    path: ['version'],
    summary: 'Show the version',
    group: 'About',
    load: () => import('./commands/version.ts'),
  },
  {
    path: ['__complete'],
    summary: 'Candidates for a command line, for completion scripts',
    load: () => import('./commands/complete.ts'),
    hidden: true,
  },
  {
    path: ['__completeNoDesc'],
    summary: 'Candidates without descriptions',
    load: () => import('./commands/completeNoDesc.ts'),
    hidden: true,
  },
]
