// Opens a caching proxy, alone or beside a registry of this host.

import type { Answer } from '../server/perform.ts'
import type { RegistryServer } from '../server/server.ts'
import { openProxyAnswer } from './answer.ts'
import { openBothAnswer } from './both.ts'
import type { ProxyContext } from './context.ts'
import { openRegistryProxy } from './proxy.ts'

export interface RegistryProxyRequest {
  context: ProxyContext
  /** Knows the keys of this host, and its own packages when it offers any. */
  server: RegistryServer
  beside: boolean
  countCall(client: string): { count: number; resetSeconds: number }
}

export interface ProxyHandle {
  answer: Answer
  close(): void
}

export function openProxy(request: RegistryProxyRequest): ProxyHandle {
  const { context, server, beside, countCall } = request
  const proxy = openRegistryProxy(context)
  const origin = openProxyAnswer({ proxy, authorize: server.authorize, countCall })
  const { localDesks } = context.settings
  const answer = beside ? openBothAnswer({ own: server.answer, origin, localDesks }) : origin
  return { answer, close: proxy.close }
}
