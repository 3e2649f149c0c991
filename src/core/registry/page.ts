// The page on which a machine is let in: plain HTML, no scripts, nothing from elsewhere.

import type { Asked } from './asked.ts'

export function authorizePage({ challenge, label, port, state }: Asked, token: string): string {
  const hidden = Object.entries({ challenge, label, port: String(port), state, token })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`)
    .join('\n')
  const machine = label === '' ? 'A machine without a name' : `The machine <b>${escape(label)}</b>`
  return document(`<h1>Let a machine publish?</h1>
<p>${machine} asks for a key of this registry, to read and publish packages. Allow it only if you
have just started <code>buttons login</code> yourself.</p>
<form method="post" action="/cli-authorize">
${hidden}
<label>Admin key <input type="password" name="key" autocomplete="off" autofocus></label>
<p><button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Refuse</button></p>
</form>`)
}

export function messagePage(text: string): string {
  return document(`<p>${escape(text)}</p>`)
}

function document(body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Buttons registry</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:4em auto;padding:0 1em}
input[type=password]{font:inherit;width:100%}button{font:inherit;padding:.3em 1.2em}</style>
${body}
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
