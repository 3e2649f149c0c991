// `GET /v1/meta`: what this is, and the least version of clients it wants. Nobody needs a key.

import type { Handler } from '../context.ts'
import { json } from '../reply.ts'

export const answerMeta: Handler = async (_, __, ___, { settings }) => {
  const { minCliVersion: least } = settings
  const meta = { service: 'buttons-registry', ...(least !== '' && { min_cli_version: least }) }
  return json(meta, 200, { 'Cache-Control': 'max-age=60' })
}
