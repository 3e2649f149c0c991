// A drawer as a tree for a terminal: one line per step with what it does and how it went last.

import type { Drawer } from '#spec/drawer.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import { formatAge } from '../../time/format.ts'
import { type OutlineNode, outlineSteps, type State } from './outline.ts'

/** Lines joined by newlines, the last one ended by one. `nowMs` dates the last run. */
export function formatTree(drawer: Drawer, run: DrawerRun | undefined, nowMs: number): string {
  const isFlow = drawer.drawer_kind === 'flow'
  const below = isFlow ? stageLines(drawer) : nodeLines(outlineSteps(drawer, run), '')
  const lines = [headline(drawer, run, nowMs), ...below]
  if (drawer.on_error) lines.push(`on error: ${oneLine(drawer.on_error.drawer)}`)
  return `${lines.join('\n')}\n`
}

function headline(drawer: Drawer, run: DrawerRun | undefined, nowMs: number): string {
  const kind = drawer.drawer_kind || 'action'
  if (!run) return `${drawer.name}  ${kind}, never run`
  const age = formatAge(nowMs - Date.parse(run.started_at))
  return `${drawer.name}  ${kind}, last run ${run.status} ${age} ago (${formatMs(run.duration_ms)})`
}

function stageLines({ flow }: Drawer): string[] {
  const stages = flow?.stages ?? []
  return stages.map(({ id, title, transitions = [] }, index) => {
    const branch = index === stages.length - 1 ? '└─' : '├─'
    const first = id === flow?.initial_stage ? '▶' : '·'
    const next = transitions.length > 0 ? `  → ${transitions.join(', ')}` : ''
    return `${branch} ${first} ${oneLine(id)}  ${oneLine(title)}${next}`
  })
}

const marks: Readonly<Record<State, string>> = { ok: '✓', failed: '✗', cancelled: '■', none: '·' }

function nodeLines(nodes: readonly OutlineNode[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const last = index === nodes.length - 1
    const inner = `${indent}${last ? '   ' : '│  '}`
    return [`${indent}${last ? '└─' : '├─'} ${nodeText(node)}`, ...groupLines(node, inner)]
  })
}

function nodeText({ id, kind, detail, state, durationMs, error }: OutlineNode): string {
  const parts = [`${marks[state]} ${id || '?'}`, [kind, detail].filter(Boolean).join(' ')]
  if (durationMs !== undefined) parts.push(formatMs(durationMs))
  if (error) parts.push(error)
  return parts.map(oneLine).join('  ')
}

function groupLines({ groups }: OutlineNode, indent: string): string[] {
  return groups.flatMap(({ label, nodes }, index) => {
    if (label === '') return nodeLines(nodes, indent)
    const last = index === groups.length - 1
    const inner = `${indent}${last ? '   ' : '│  '}`
    return [`${indent}${last ? '└─' : '├─'} ${oneLine(label)}`, ...nodeLines(nodes, inner)]
  })
}

function formatMs(ms: number): string {
  return ms < 10_000 ? `${ms}ms` : `${Math.round(ms / 1000)}s`
}

// Texts come from files: no line breaks and no control characters reach the terminal.
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ')
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}
