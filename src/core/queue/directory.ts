// The name of a queue's directory. Older programs use the same one beside us, so it is contract.

/** The directory below `queues` that holds the slots of a queue, one for each resolved key. */
export function queueDirectory(queue: { name: string; key: string }): string {
  return queue.key === '' ? sanitise(queue.name) : sanitise(`${queue.name}__`) + sanitise(queue.key)
}

/** Every byte of the UTF-8 form outside `[A-Za-z0-9_-]` becomes `_`. */
export function sanitise(text: string): string {
  let name = ''
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte)
    name += /[A-Za-z0-9_-]/.test(character) ? character : '_'
  }
  return name
}
