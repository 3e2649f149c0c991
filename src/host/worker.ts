// Threads of ours, by the name of their file in this room.

/** Compiled, every file of ours is a chunk beside the entries; a thread is an entry by itself. */
export function openWorker(name: 'lockWorker' | 'crowd/thread'): Worker {
  const compiled = import.meta.url.includes('/$bunfs/')
  const file = compiled ? `./host/${name}.js` : `./${name}.ts`
  // What lives only for a while need not be generous with memory.
  return new Worker(new URL(file, import.meta.url).href, { smol: true })
}
