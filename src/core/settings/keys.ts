// The settings a person may change: their key on the command line, their field in settings.json,
// and how a typed value is read (cli.md 4.4).

import { fail } from '#spec/errors.ts'
import { type Settings, themes } from '#spec/settings.ts'
import { findAgeMs } from '../run/retention.ts'
import { findSize } from '../size.ts'
import { findBoolean } from '../text/boolean.ts'
import { suggest } from '../text/suggest.ts'

export interface SettingKey {
  field: keyof Settings
  accepts: string
  /** The value to store, or undefined when the text is none. */
  read(text: string): Settings[keyof Settings] | undefined
  /** What counts while nothing is set, for the settings that are always shown. */
  unset?: boolean
}

export const settingKeys: Readonly<Record<string, SettingKey>> = {
  'default-timeout': { field: 'timeout_seconds', accepts: 'seconds, 1 or more', read: readCount },
  theme: { field: 'theme', accepts: `one of ${themes.join(', ')}`, read: readTheme },
  'buttons-auto-update': {
    field: 'buttons_auto_update',
    accepts: 'true or false',
    read: findBoolean,
    unset: true,
  },
  'cli-auto-update': {
    field: 'cli_auto_update',
    accepts: 'true or false',
    read: findBoolean,
    unset: false,
  },
  'history-keep': { field: 'history_keep', accepts: 'a number, 1 or more', read: readCount },
  'history-max-age': {
    field: 'history_max_age',
    accepts: 'a duration above 0 like 720h',
    read: (text) => (findAgeMs(text) === undefined ? undefined : text),
  },
  'history-max-bytes': {
    field: 'history_max_bytes',
    accepts: 'a size above 0 like 500M',
    read: (text) => (findSize(text) === undefined ? undefined : text),
  },
}

/** The row of a key. Throws VALIDATION_ERROR, with the key that was meant. */
export function getSettingKey(key: string): SettingKey {
  const row = Object.hasOwn(settingKeys, key) ? settingKeys[key] : undefined
  if (row) return row
  const near = suggest(key, Object.keys(settingKeys))
  const known = `Known settings: ${Object.keys(settingKeys).join(', ')}`
  throw fail('VALIDATION_ERROR', `Cannot find setting "${key}": there is none of that name`, {
    hint: near === undefined ? known : `Did you mean "${near}"?`,
  })
}

/** The value to store for a typed text. Throws VALIDATION_ERROR. */
export function readSetting(key: string, text: string): NonNullable<Settings[keyof Settings]> {
  const { accepts, read } = getSettingKey(key)
  const value = read(text)
  if (value !== undefined) return value
  throw fail('VALIDATION_ERROR', `Cannot set "${key}" to "${text}": it must be ${accepts}`)
}

/** The settings by key as `config` shows them: what is set, and what counts without being set. */
export function describeSettings(settings: Settings): Record<string, string | number | boolean> {
  const entries = Object.entries(settingKeys).map(([key, { field, unset }]) => [
    key,
    settings[field] ?? unset,
  ])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function readCount(text: string): number | undefined {
  const value = Number(text)
  return /^\d+$/.test(text) && value > 0 && Number.isSafeInteger(value) ? value : undefined
}

function readTheme(text: string): string | undefined {
  return themes.find((theme) => theme === text)
}
