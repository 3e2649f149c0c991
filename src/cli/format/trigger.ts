// A trigger in a few words, for people.

export function describeTrigger(trigger: Readonly<Record<string, unknown>>): string {
  const { kind, schedule, path, token, auth, enabled } = trigger as Record<string, string>
  const paused = (enabled as unknown) === false ? ' (paused)' : ''
  if (kind === 'cron') return `${schedule}${paused}`
  if (kind === 'watch' || kind === 'file') return `watch ${path}${paused}`
  const type = (auth as unknown as { type?: string } | undefined)?.type
  const proof = [token && 'token', type && type !== 'none' && type].filter(Boolean).join(', ')
  return `POST ${path}${proof && ` (${proof})`}${paused}`
}
