// The guide that `init` puts into .buttons/ for whoever opens that folder.

export const guideText = `# Buttons

This folder is managed by the \`buttons\` command. Read anything you like; change things through the command line, so that files stay whole, modes stay private and the log stays true.

## What a button is

A button is one repeatable action: a script (shell, bash, python, node, bun), an HTTP request or an instruction. It has typed arguments, a timeout, and a record of every press. Each one lives in \`buttons/<name>/\`:

| File | What it holds |
|---|---|
| \`button.json\` | the spec: runtime, arguments, timeout |
| \`main.sh\`, \`main.py\`, \`main.js\`, \`main.ts\` | the code |
| \`AGENT.md\` | notes and instructions for whoever presses it |
| \`pressed/\` | one record for each press; private, not committed |

Only one data directory is active at a time: \`BUTTONS_HOME\` if it is set, else the nearest \`.buttons\` at or above the working directory, else \`~/.buttons\`. Inside a project you see the project's buttons and no others.

## How to work with buttons

1. Look first: \`buttons list\`. Prefer pressing a button to writing a one-off script.
2. Create with the command, never by hand: it checks names and arguments and sets up every file.
3. Fill in the new button's \`AGENT.md\`: what it is for, when to press it, what to expect, what can go wrong. A press hands that text back with its result.
4. Use \`--json\` and read \`ok\`, then \`data\` or \`error.code\` and \`error.hint\`.

\`\`\`sh
buttons list --json
buttons <name> --json                              # spec, last run, notes
buttons press <name> --json
buttons press deploy --arg env=staging --arg dry-run=true
buttons press deploy --arg env=prod --dry-run      # the plan, nothing runs
buttons create backup                              # a scaffold to edit
buttons create backup --file backup.sh --arg target:string:required
buttons create notify --url 'https://hooks.example.com/{{channel}}' --method POST --arg channel:string:required
buttons create review --prompt 'Read the diff and list what could break'
buttons set backup timeout_seconds=900 tags=nightly,data
buttons history backup --last 5
buttons logs backup --failed
buttons delete backup
\`\`\`

Arguments are declared as \`name:type:required|optional\`; types are \`string\`, \`int\`, \`bool\` and \`enum\` (\`env:enum:required:staging|prod\`); \`:secret\` at the end keeps a value out of records. A script finds them as \`BUTTONS_ARG_<NAME>\`.

Secrets are batteries: \`buttons batteries set API_TOKEN --stdin\`. A script finds them as \`BUTTONS_BAT_<KEY>\`; they are never printed or recorded.

## Drawers: buttons in a row

\`\`\`sh
buttons drawer create release
buttons drawer release add build deploy notify
buttons drawer release connect build to deploy
buttons drawer release set notify.args.text='Released \${build.output.version}'
buttons drawer release press version=1.2.3
buttons drawer release press version=1.2.3 --summary
buttons drawer release logs --failed
\`\`\`

A step's argument may refer to \`\${step.output.field}\` of an earlier step that printed JSON, to \`\${inputs.x}\` of the press, and to \`\${env.X}\` of the environment.

## Webhooks

\`\`\`sh
buttons webhook setup --hostname hooks.example.com
buttons drawer release trigger webhook /release --auth basic --auth-user ci --auth-pass '$ENV{CI_PASS}'
buttons webhook listen
buttons drawer release press --webhook-body '{"version":"1.2.3"}'
\`\`\`

| \`--auth\` | with |
|---|---|
| \`none\` | nothing: everybody who knows the URL can press |
| \`basic\` | \`--auth-user\`, \`--auth-pass\` |
| \`header\` | \`--auth-header-name\`, \`--auth-header-value\` |
| \`jwt\` | \`--jwt-secret\`, and \`--jwt-algorithm\`, \`--jwt-issuer\`, \`--jwt-audience\` |

Write \`$ENV{X}\` instead of a secret: it is read from the batteries or the environment when a request comes.

The request is the input \`webhook\`: \`\${inputs.webhook.body}\`, \`\${inputs.webhook.body.<field>}\`, \`\${inputs.webhook.headers.<Header>}\`, \`\${inputs.webhook.query.<param>}\`, \`\${inputs.webhook.method}\`, \`\${inputs.webhook.path}\`, \`\${inputs.webhook.received_at}\`. The public address of a drawer's webhook is \`\${webhooks.<drawer>}\`. With \`--webhook-body\` a drawer is tried out without any request.
`
