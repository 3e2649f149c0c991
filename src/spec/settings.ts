// settings.json: per-user defaults (cli.md 4.4). All members are optional; absent differs from zero.

import * as v from 'valibot'

export const settingsFileSchema = v.looseObject({
  schema_version: v.nullish(v.number()),
  defaults: v.nullish(
    v.looseObject({
      timeout_seconds: v.nullish(v.number()),
      theme: v.nullish(v.string()),
      buttons_auto_update: v.nullish(v.boolean()),
      cli_auto_update: v.nullish(v.boolean()),
      history_keep: v.nullish(v.number()),
      history_max_age: v.nullish(v.string()),
      history_max_bytes: v.nullish(v.string()),
      last_update_check_unix: v.nullish(v.number()),
    }),
  ),
})

export interface Settings {
  timeout_seconds?: number
  theme?: string
  buttons_auto_update?: boolean
  cli_auto_update?: boolean
  history_keep?: number
  /** As typed: `720h`. */
  history_max_age?: string
  /** As typed: `500M`. Of each target at every press, of all together at `gc`. */
  history_max_bytes?: string
  last_update_check_unix?: number
}

export const themes = ['default', 'paper', 'phosphor', 'amber'] as const
