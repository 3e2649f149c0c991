// What a coding agent reads in a repository's instruction file: short, since it is always in view.

export const sectionBody = `## Buttons

This project keeps its repeatable actions as buttons: deploy, seed a database, open a ticket. A button is a script, an HTTP request or an instruction with typed arguments, a timeout and a history. Buttons are made and pressed with the \`buttons\` command.

Before you write a one-off script, run \`buttons list\`: the action may be there already. When you find yourself doing the same thing twice, make it a button. Buttons are created and changed through the command line only; never write or edit a \`button.json\` by hand.

\`\`\`sh
buttons list                                       # what there is
buttons deploy --json                              # one button: arguments, last run, notes
buttons press deploy --arg env=staging --json      # press it; read "ok", "data" or "error"
buttons create seed --file seed.py --arg size:int:required -d "Fill the database"
buttons set seed timeout_seconds=60                # change it
buttons history seed --json                        # what happened
\`\`\`

After creating a button, replace the placeholder in its \`AGENT.md\` by what the next reader has to know. Arguments reach scripts as \`BUTTONS_ARG_<NAME>\`, secrets (\`buttons batteries set KEY --stdin\`) as \`BUTTONS_BAT_<KEY>\`.

Several buttons in a row are a drawer:

\`\`\`sh
buttons drawer create release
buttons drawer release add build deploy
buttons drawer release connect build.output.version to deploy.args.version
buttons drawer release set deploy.args.env=staging
buttons drawer release press
\`\`\`

A drawer can be pressed by a webhook; the request is its input \`webhook\`:

\`\`\`sh
buttons drawer release trigger webhook /release --auth header --auth-header-name X-Token --auth-header-value '$ENV{HOOK_TOKEN}'
buttons drawer release set deploy.args.version='\${inputs.webhook.body.version}'
buttons drawer release press --webhook-body '{"version":"1.2.3"}'
buttons webhook listen
\`\`\`

More is in \`.buttons/AGENTS.md\`, \`buttons --help\` and \`buttons <command> --help\`.`

/** The rule file of Cursor: front matter of its own, then the same section. */
export const cursorRule = `---
description: Repeatable actions of this project as buttons (list, press, create, drawers, webhooks)
alwaysApply: false
---

${sectionBody}
`
