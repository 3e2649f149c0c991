// Answers in the envelope of the REST API: compact JSON with a newline at its end.

export const jsonHeaders = { 'Content-Type': 'application/json' } as const

export function answer(
  data: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return json({ ok: true, data }, status, headers)
}

/** A document as it is. */
export function json(
  document: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${JSON.stringify(document)}\n`, {
    status,
    headers: { ...jsonHeaders, ...headers },
  })
}
