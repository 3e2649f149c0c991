// The settings of the host, from flags and environment: a flag beats its variable, which beats the
// default.

import { type Environment, settingPrefix } from '#spec/env.ts'
import { fail, Failure } from '#spec/errors.ts'
import {
  type AnySetting,
  serveSettings,
  type ServeSettings,
  type SettingName,
} from '#spec/serve.ts'
import { splitPackageName } from '../package/name.ts'
import { parseSize } from '../size.ts'
import { findBoolean } from '../text/boolean.ts'
import { parseDurationMs } from '../time/duration.ts'

/** Flags as the command line gives them: texts, lists of texts, booleans. */
export type ServeFlags = Readonly<Record<string, unknown>>

/** Every setting. Throws VALIDATION_ERROR naming the flag or variable. */
export function readServeSettings(flags: ServeFlags, env: Environment): ServeSettings {
  const names = Object.keys(serveSettings) as SettingName[]
  const read = names.map((name) => [name, readSetting(name, flags[name], env)])
  const settings = Object.fromEntries(read) as ServeSettings
  if ((settings['tls-cert'] === undefined) !== (settings['tls-key'] === undefined))
    throw fail(
      'VALIDATION_ERROR',
      'Cannot serve over TLS: --tls-cert and --tls-key belong together',
    )
  checkDesks(settings['registry-local-desk'])
  return settings
}

function checkDesks(desks: readonly string[]): void {
  const wrong = desks.find((desk) => splitPackageName(`${desk}/name`) === undefined)
  if (wrong === undefined) return
  throw fail('VALIDATION_ERROR', `Cannot keep "${wrong}" local: a desk looks like @desk`)
}

/** `BUTTONS_SERVE_MAX_PRESSES` of `max-presses`. */
export function variableOf(name: string): string {
  return `${settingPrefix}${name.toUpperCase().replaceAll('-', '_')}`
}

function readSetting(name: SettingName, flag: unknown, env: Environment): unknown {
  const setting: AnySetting = serveSettings[name]
  if (isGiven(flag)) return typeof flag === 'boolean' ? flag : readTexts(setting, flag, `--${name}`)
  const variable = variableOf(name)
  const text = env[variable]
  if (text === undefined || text === '') return defaultOf(setting)
  return readTexts(setting, setting.kind === 'texts' ? text.split(',') : text, variable)
}

// An absent boolean flag arrives as false, an absent list empty.
function isGiven(flag: unknown): boolean {
  return flag !== undefined && flag !== false && !(Array.isArray(flag) && flag.length === 0)
}

function defaultOf(setting: AnySetting): unknown {
  if (setting.kind === 'flag') return false
  if (setting.kind === 'texts') return []
  return 'default' in setting ? setting.default : undefined
}

function readTexts(setting: AnySetting, value: unknown, shown: string): unknown {
  if (setting.kind === 'texts')
    return (value as string[]).map((text) => text.trim()).filter((text) => text !== '')
  try {
    return readText(setting, String(value))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { message, hint } = error
    throw fail('VALIDATION_ERROR', `Cannot read ${shown}: ${lowerFirst(message)}`, {
      ...(hint && { hint }),
      cause: error,
    })
  }
}

function readText(setting: AnySetting, text: string): unknown {
  switch (setting.kind) {
    case 'flag':
      return findBoolean(text) ?? refuse(`"${text}" is not true or false`)
    case 'count':
      return readCount(text, setting.least, setting.most)
    // People write both 1MB and 1MiB, and mean the latter.
    case 'size':
      return parseSize(text.replace(/([KMG])iB$/i, '$1B'))
    case 'duration':
      return readDurationMs(text)
    case 'word':
      return setting.words.includes(text)
        ? text
        : refuse(`"${text}" must be one of ${setting.words.join(', ')}`)
    case 'text':
    case 'texts':
      return text
  }
}

function readCount(text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (!/^\d{1,15}$/.test(text)) return refuse(`"${text}" is not a whole number`)
  const count = Number(text)
  if (count < least) return refuse(`it must be at least ${least}, got ${count}`)
  return count > most ? refuse(`it must be at most ${most}, got ${count}`) : count
}

// Days are no unit of durations elsewhere, since a day of a calendar has no fixed length.
function readDurationMs(text: string): number {
  const days = /^(\d{1,5})d$/.exec(text)
  const ms = days ? Number(days[1]) * 24 * 3600 * 1000 : parseDurationMs(text)
  return ms < 0 ? refuse(`"${text}" is negative`) : ms
}

function refuse(why: string): never {
  throw fail('VALIDATION_ERROR', why)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
