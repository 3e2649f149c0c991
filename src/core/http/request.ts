// One request of a press: the planned one, or the one that a redirect asks for. Everything the
// runtime needs to send it, and nothing it would have to decide.

import type { Destination } from './destination.ts'

export interface Header {
  name: string
  value: string
}

export interface HttpRequest {
  method: string
  /** The absolute URL without fragment. */
  url: string
  destination: Destination
  /** Path and query exactly as they go over the wire. */
  requestPath: string
  /** The button's own headers; see wireHeaders for all that is sent. */
  headers: readonly Header[]
  /** Sent where the button has no header of that name. */
  defaults: readonly Header[]
  /** Absent when there is no body; may be empty. */
  body?: Uint8Array
}

export function urlOf({ scheme, authority }: Destination, requestPath: string): string {
  return `${scheme}://${authority}${requestPath}`
}

/** Methods whose requests say Content-Length even without a body (RFC 9110, 8.6). */
const methodsWithContent: readonly string[] = ['POST', 'PUT', 'PATCH']

/** All headers in sending order, each value as the Latin-1 text that node:http takes. */
export function wireHeaders(request: HttpRequest): [name: string, value: string][] {
  const { destination, headers, defaults, body, method } = request
  const missing = defaults.filter(({ name }) => findHeader(headers, name) === undefined)
  const sized = body !== undefined || methodsWithContent.includes(method)
  return [
    { name: 'Host', value: destination.authority },
    ...headers,
    ...missing,
    ...(sized ? [{ name: 'Content-Length', value: String(body?.length ?? 0) }] : []),
  ].map(({ name, value }) => [name, toWireText(value)])
}

/** The value of a header, its name in any case. */
export function findHeader(headers: readonly Header[], name: string): string | undefined {
  return headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value
}

/**
 * The UTF-8 bytes of a text, each as one character: node:http refuses characters above U+00FF and
 * writes the others as single bytes. (TextDecoder's "latin1" is windows-1252 and of no use here.)
 */
export function toWireText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/** The reverse, for a header of an answer; text that cannot be bytes is decoded already. */
export function fromWireText(text: string): string {
  const codes = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
  if (codes.some((code) => code > 0xff)) return text
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(codes))
}
