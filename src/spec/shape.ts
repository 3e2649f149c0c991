// Words for describing files: schemas that check JSON types only, and carry beside it what the
// published JSON Schema says about them (allowed words, which keys are always written).
// Values are judged elsewhere: a file with an unknown word must still load.

import * as v from 'valibot'

/** What the published JSON Schema adds to a type. */
export interface Published {
  enum?: readonly (string | number)[]
  format?: string
  /** The key is always written, so the published schema requires it. */
  always?: boolean
}

export function text(description: string) {
  return v.nullish(v.pipe(v.string(), v.description(description)))
}

export function whole(description: string) {
  return v.nullish(v.pipe(v.number(), v.integer(), v.description(description)))
}

export function number(description: string) {
  return v.nullish(v.pipe(v.number(), v.description(description)))
}

export function flag(description: string) {
  return v.nullish(v.pipe(v.boolean(), v.description(description)))
}

export function texts(description: string) {
  return v.nullish(v.pipe(v.array(v.string()), v.description(description)))
}

/** A text out of a list; any other text loads, too. */
export function words(list: readonly string[], description: string) {
  const published: Published = { enum: list }
  return v.nullish(v.pipe(v.string(), v.metadata({ published }), v.description(description)))
}

/** An instant as RFC 3339 text. */
export function instant(description: string) {
  const published: Published = { format: 'date-time' }
  return v.nullish(v.pipe(v.string(), v.metadata({ published }), v.description(description)))
}

/** An object whose keys belong to the user. */
export function free(description: string) {
  return v.nullish(v.pipe(v.record(v.string(), v.unknown()), v.description(description)))
}

/** Any JSON value. */
export function anything(description: string) {
  return v.nullish(v.pipe(v.unknown(), v.description(description)))
}

/** A text that is always written; absent reads as empty. */
export function always(description: string, list?: readonly string[]) {
  const published: Published = { always: true, ...(list && { enum: list }) }
  return v.pipe(v.nullish(v.string(), ''), v.metadata({ published }), v.description(description))
}

type Entries = Readonly<Record<string, v.GenericSchema>>

/** What a schema gives once nulls are gone: the types of the program come from the schemas. */
export type Read<S> = S extends { readonly pipe: readonly [infer First, ...unknown[]] }
  ? Read<First>
  : S extends v.NullishSchema<infer Wrapped, unknown>
    ? Read<Wrapped>
    : S extends v.ArraySchema<infer Item, undefined>
      ? Read<Item>[]
      : S extends v.LooseObjectSchema<infer Fields, undefined>
        ? Shape<Fields>
        : S extends v.GenericSchema
          ? v.InferOutput<S>
          : never

type MayBeAbsent<S> = S extends { readonly pipe: readonly [infer First, ...unknown[]] }
  ? MayBeAbsent<First>
  : S extends v.NullishSchema<infer _, infer Default>
    ? Default extends undefined
      ? true
      : false
    : false

/** The object that a schema's entries describe. */
export type Shape<E extends Entries | v.ObjectEntries> = {
  [K in keyof E as MayBeAbsent<E[K]> extends true ? never : K]: Read<E[K]>
} & {
  [K in keyof E as MayBeAbsent<E[K]> extends true ? K : never]?: Read<E[K]>
}
