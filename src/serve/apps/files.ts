// A file of a static app. Only what lies inside the app's output folder is ever read, wherever a
// path or a link tries to lead.

import { mediaTypeOf } from '#core/serve/mediaType.ts'
import { json } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import type { Call } from '../route.ts'
import type { Files, FileStat } from '#host/host.ts'

export function answerFile(
  rest: string,
  directory: string,
  { request }: Call,
  { machine }: Hosting,
): Response {
  const { files } = machine
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return json({ ok: false, error: 'method_not_allowed' }, 405, { Allow: 'GET, HEAD' })
  const found = findFile(rest, directory, files)
  if (!found) return missing(directory, files)
  const { path, stat } = found
  const etag = `"${stat.mtimeNs.toString(36)}-${stat.size.toString(36)}"`
  const headers = { ...headersOf(path), ETag: etag }
  if (request.headers.get('if-none-match') === etag)
    return new Response(null, { status: 304, headers })
  return new Response(streamFile(path, files), {
    headers: { ...headers, 'Content-Length': String(stat.size) },
  })
}

function headersOf(path: string): Record<string, string> {
  return {
    'Content-Type': mediaTypeOf(path),
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  }
}

function missing(directory: string, files: Files): Response {
  const found = findFile('/404.html', directory, files)
  if (!found) return json({ ok: false, error: 'no_such_file' }, 404)
  return new Response(streamFile(found.path, files), {
    status: 404,
    headers: headersOf(found.path),
  })
}

interface Found {
  path: string
  stat: FileStat
}

// Names that begin with a dot are nobody's business; `..` is one of them.
function findFile(rest: string, directory: string, files: Files): Found | undefined {
  const names = rest.split('/').slice(1).map(decodeURIComponent)
  if (names.some((name) => name.startsWith('.') || /[/\0]/.test(name))) return undefined
  const asked = files.resolveLinks(`${directory}/${names.join('/')}`)
  if (asked === undefined || !isInside(asked, directory)) return undefined
  const stat = files.stat(asked)
  if (stat?.kind === 'file') return rest.endsWith('/') ? undefined : { path: asked, stat }
  if (stat?.kind !== 'directory') return undefined
  const index = files.resolveLinks(`${asked}/index.html`)
  const indexStat = index === undefined ? undefined : files.stat(index)
  if (!index || indexStat?.kind !== 'file' || !isInside(index, directory)) return undefined
  return { path: index, stat: indexStat }
}

function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}

const partBytes = 256 * 1024

function streamFile(path: string, files: Files): ReadableStream<Uint8Array> {
  let offset = 0
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const part = files.findPart(path, offset, partBytes)
        if (!part || part.length === 0) return controller.close()
        offset += part.length
        controller.enqueue(part)
      },
    },
    { highWaterMark: 0 },
  )
}
