// Blocks of a text file that belong to us, between two marker lines; everything around them belongs
// to whoever else writes the file and is kept byte for byte. Putting the same block twice changes
// nothing.

export type BlockAction = 'created' | 'updated' | 'appended'

export interface Edited {
  text: string
  action: BlockAction
}

export interface Markers {
  start: string
  end: string
}

/** Surrounds our agent instructions. */
export const sectionMarkers: Markers = {
  start: '<!-- BUTTONS:START -->',
  end: '<!-- BUTTONS:END -->',
}

/** Surrounds the list of a project's buttons. */
export const listMarkers: Markers = {
  start: '<!-- BUTTONS:LIST:START -->',
  end: '<!-- BUTTONS:LIST:END -->',
}

/** The text with `body` in its block: in place of an old one, else at the end. */
export function putSection(text: string | undefined, body: string): Edited {
  const block = wrap(sectionMarkers, body)
  return replaceBlock(text, sectionMarkers, block) ?? append(text, block)
}

/** As `putSection` for the list, which comes right after our section when there is one. */
export function putList(text: string | undefined, body: string): Edited {
  const block = wrap(listMarkers, body)
  return (
    replaceBlock(text, listMarkers, block) ?? insertAfterSection(text, block) ?? append(text, block)
  )
}

/** A marker inside the body would end the block early. */
function wrap({ start, end }: Markers, body: string): string {
  return `${start}\n${body.replaceAll(/<!-- BUTTONS:/g, '<!-- buttons:').trimEnd()}\n${end}`
}

function replaceBlock(
  text: string | undefined,
  markers: Markers,
  block: string,
): Edited | undefined {
  const found = text === undefined ? undefined : findBlock(text, markers)
  if (!found) return undefined
  return { text: text!.slice(0, found.from) + block + text!.slice(found.to), action: 'updated' }
}

/**
 * The first start marker that an end follows with no other start between them: a stray marker never
 * makes a block of somebody's text that lies between it and our own.
 */
function findBlock(
  text: string,
  { start, end }: Markers,
): { from: number; to: number } | undefined {
  let from = text.indexOf(start)
  while (from >= 0) {
    const to = text.indexOf(end, from + start.length)
    if (to < 0) return undefined
    const next = text.indexOf(start, from + start.length)
    if (next < 0 || next > to) return { from, to: to + end.length }
    from = next
  }
  return undefined
}

function insertAfterSection(text: string | undefined, block: string): Edited | undefined {
  const section = text === undefined ? undefined : findBlock(text, sectionMarkers)
  if (!section) return undefined
  const rest = text!.slice(section.to)
  const after = rest === '' ? '\n' : rest
  return { text: `${text!.slice(0, section.to)}\n\n${block}${after}`, action: 'updated' }
}

function append(text: string | undefined, block: string): Edited {
  if (text === undefined) return { text: `${block}\n`, action: 'created' }
  return { text: `${text}${gapAfter(text)}${block}\n`, action: 'appended' }
}

/** What makes exactly one blank line between a text and what comes next. */
function gapAfter(text: string): string {
  if (text === '' || /\n\r?\n$/.test(text)) return ''
  return text.endsWith('\n') ? '\n' : '\n\n'
}
