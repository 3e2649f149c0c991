// A drawer as Mermaid flowchart text: order in solid lines, what a step reads from another in
// dotted ones, bodies as boxes, colours for how the last run went.

import type { Drawer } from '#spec/drawer.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import { findDependencies } from '../dependencies.ts'
import { findWebhook } from '../trigger.ts'
import { type OutlineNode, outlineSteps, type State } from './outline.ts'

/** Text that Mermaid renders; one trailing newline. */
export function formatMermaid(drawer: Drawer, run?: DrawerRun): string {
  const lines = drawer.drawer_kind === 'flow' ? drawStages(drawer) : drawSteps(drawer, run)
  return `${['flowchart TD', ...lines.map((line) => `  ${line}`)].join('\n')}\n`
}

function drawStages({ flow }: Drawer): string[] {
  const names = new Map<string, string>()
  const lines: string[] = []
  for (const [index, { id, title }] of (flow?.stages ?? []).entries()) {
    names.set(id, `s${index}`)
    lines.push(`s${index}["${escape(title || id)}"]`)
  }
  const first = names.get(flow?.initial_stage ?? '')
  if (first !== undefined) lines.push(`start((start)) --> ${first}`)
  for (const { id, transitions = [] } of flow?.stages ?? [])
    for (const target of transitions)
      if (names.has(target)) lines.push(`${names.get(id)} --> ${names.get(target)}`)
  return lines
}

interface Drawing {
  lines: string[]
  /** Mermaid names by state, for the colours. */
  states: Map<State, string[]>
  count: number
}

function drawSteps(drawer: Drawer, run: DrawerRun | undefined): string[] {
  const drawing: Drawing = { lines: [], states: new Map(), count: 0 }
  const hook = findWebhook(drawer)
  if (hook) drawing.lines.push(`hook(["POST ${escape(hook.path)}"])`)
  const top = outlineSteps(drawer, run)
  const names = drawSequence(top, hook ? 'hook' : undefined, drawing)
  drawReads(drawer, top, names, drawing)
  if (drawer.on_error) {
    drawing.lines.push(`onerror[["${escape(`on error: ${drawer.on_error.drawer}`)}"]]`)
    if (names.length > 0) drawing.lines.push(`${names.at(-1)} -. on error .-> onerror`)
  }
  return [...drawing.lines, ...colours(drawing.states)]
}

/** Draws nodes one after the other; gives their Mermaid names. */
function drawSequence(
  nodes: readonly OutlineNode[],
  before: string | undefined,
  drawing: Drawing,
): string[] {
  let last = before
  return nodes.map((node) => {
    const name = drawNode(node, drawing)
    if (last !== undefined) drawing.lines.push(`${last} --> ${name}`)
    last = name
    return name
  })
}

const shapes: Readonly<Record<string, readonly [string, string]>> = {
  drawer: ['[["', '"]]'],
  for_each: ['[/"', '"/]'],
  switch: ['{"', '"}'],
  wait: ['(["', '"])'],
}

function drawNode(node: OutlineNode, drawing: Drawing): string {
  const name = `n${drawing.count++}`
  const [open, close] = shapes[node.kind] ?? ['["', '"]']
  const label = [node.id, [node.kind, node.detail].filter(Boolean).join(' ')]
  drawing.lines.push(`${name}${open}${label.map(escape).join('<br/>')}${close}`)
  drawing.states.set(node.state, [...(drawing.states.get(node.state) ?? []), name])
  for (const [index, { label: title, nodes }] of node.groups.entries())
    drawGroup(`${name}g${index}`, name, title, nodes, drawing)
  return name
}

function drawGroup(
  box: string,
  owner: string,
  title: string,
  nodes: readonly OutlineNode[],
  drawing: Drawing,
): void {
  drawing.lines.push(`subgraph ${box}["${escape(title || 'each')}"]`)
  const names = drawSequence(nodes, undefined, drawing)
  drawing.lines.push('end')
  if (names.length > 0) drawing.lines.push(`${owner} --- ${box}`)
}

// The step just before is connected already.
function drawReads(
  drawer: Drawer,
  top: readonly OutlineNode[],
  names: readonly string[],
  drawing: Drawing,
): void {
  const dependencies = findDependencies(drawer.steps ?? [])
  for (const [index, { id }] of top.entries())
    for (const read of dependencies.get(id) ?? []) {
      const from = top.findIndex((node) => node.id === read)
      if (from !== index - 1) drawing.lines.push(`${names[from]} -.-> ${names[index]}`)
    }
}

const fills: Readonly<Record<Exclude<State, 'none'>, string>> = {
  ok: 'fill:#d3f4dc,stroke:#1a7f37,color:#0b3d1b',
  failed: 'fill:#ffd7d5,stroke:#cf222e,color:#5c0a10',
  cancelled: 'fill:#fff1c2,stroke:#9a6700,color:#4d3400',
}

function colours(states: ReadonlyMap<State, readonly string[]>): string[] {
  return Object.entries(fills).flatMap(([state, style]) => {
    const names = states.get(state as State)
    return names ? [`classDef ${state} ${style}`, `class ${names.join(',')} ${state}`] : []
  })
}

/** Mermaid knows HTML entities by number; quotes and markup would end the label. */
function escape(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  const short = line.length > 120 ? `${line.slice(0, 119)}…` : line
  return short.replaceAll(/[^\p{L}\p{N} .,:/_\-→…+*=?!']/gu, (one) => `#${one.codePointAt(0)};`)
}
