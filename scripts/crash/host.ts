// A host of the crash matrix: started, and known by its address once it listens.

import type { World } from './world.ts'

export interface CrashHost {
  url: string
  child: ReturnType<World['start']>
}

/** `words` come behind `serve`. Throws with its stderr when it does not start. */
export async function startHost(world: World, ...words: string[]): Promise<CrashHost> {
  const child = world.start('serve', '--port', '0', '--json', '--log-level', 'error', ...words)
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true })
    if (!text.endsWith('\n}\n')) continue
    const { data } = JSON.parse(text) as { data: { addr: string } }
    return { url: `http://${data.addr}`, child }
  }
  throw new Error(`a host does not start: ${await new Response(child.stderr).text()}`)
}
