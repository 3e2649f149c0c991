// Reading server-sent events as they come in pieces (the HTML standard's event stream format, as far
// as hosts of ours speak it).

export interface ReceivedEvent {
  event: string
  data: string
}

/** Takes pieces of text and gives the events that they complete. */
export function readEvents(): (piece: string) => ReceivedEvent[] {
  let rest = ''
  return (piece) => {
    const frames = (rest + piece).split('\n\n')
    rest = frames.pop()!
    return frames.flatMap((frame) => readFrame(frame) ?? [])
  }
}

function readFrame(frame: string): ReceivedEvent | undefined {
  let event = 'message'
  const data: string[] = []
  for (const line of frame.split('\n')) {
    const at = line.indexOf(':')
    if (at <= 0) continue
    const value = line.slice(at + 1).replace(/^ /, '')
    if (line.slice(0, at) === 'event') event = value
    if (line.slice(0, at) === 'data') data.push(value)
  }
  return data.length === 0 ? undefined : { event, data: data.join('\n') }
}
