// The addresses under which webhooks are reached from outside.

import type { Drawer } from '#spec/drawer.ts'
import type { AuthorContext } from './context.ts'

/** Where a path can be reached from outside, '' when it cannot; an unreadable file is a warning. */
export async function publicUrl(path: string, context: AuthorContext): Promise<string> {
  try {
    const host = await context.store.publicHost()
    return host === '' ? '' : `https://${host}${path}`
  } catch (error) {
    context.warn((error as Error).message)
    return ''
  }
}

export interface DescribedTrigger {
  kind: string
  path?: string
  auth_type: string
  url?: string
}

/** Every trigger with the address it has, if the tunnel gives it one. */
export async function describeTriggers(
  { triggers = [] }: Drawer,
  context: AuthorContext,
): Promise<DescribedTrigger[]> {
  return Promise.all(
    triggers.map(async ({ kind, path, auth }) => {
      const url = kind === 'webhook' && path ? await publicUrl(path, context) : ''
      return {
        kind,
        ...(path !== undefined && { path }),
        auth_type: auth?.type || 'none',
        ...(url !== '' && { url }),
      }
    }),
  )
}
