// How the value of an argument is written into each place of a request (buttons.md 6.8a), so that
// it stays one value there. encodeURIComponent and URLSearchParams keep other characters than the
// contract does, hence our own.

export type Encoder = (value: string) => string

export const encoders = {
  path: encodePath,
  fragment: encodePath,
  query: encodeQuery,
  form: encodeQuery,
  json: encodeJson,
  raw: (value) => value,
} satisfies Record<string, Encoder>

export type Place = keyof typeof encoders

function encodePath(value: string): string {
  return value.replace(/[^A-Za-z0-9\-_.~$&+:=@]+/gu, percentEncode)
}

function encodeQuery(value: string): string {
  return value.replace(/[^A-Za-z0-9\-_.~]+/gu, (run) => percentEncode(run).replaceAll('%20', '+'))
}

const jsonEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** The inside of a JSON string literal. */
function encodeJson(value: string): string {
  return value.replace(/["\\<>&\u2028\u2029\p{Cc}\p{Cs}]/gu, (character) => {
    const code = character.charCodeAt(0)
    // \p{Cc} also holds DEL and C1, which stay as they are.
    if (code >= 0x7f && code <= 0x9f) return character
    // A surrogate without its partner has no UTF-8 form.
    if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd'
    return jsonEscapes[character] ?? `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** Every byte of the text's UTF-8 as %XX. */
export function percentEncode(text: string): string {
  return Array.from(new TextEncoder().encode(text), percentByte).join('')
}

function percentByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
