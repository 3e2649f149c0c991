// Every environment variable that the executable reads or sets, with one sentence each.

/**
 * What the program itself is told and nobody it presses may learn: the whole list of it, so that a
 * new secret is one row here. Batteries are given to every press anyway and are not meant.
 */
export const hostOnlyNames = {
  BUTTONS_API_KEY: 'Key that callers of the host give; a flag and the battery API_KEY win over it',
  BUTTONS_CF_API_TOKEN: 'Lets webhook setup use the API of Cloudflare',
  BUTTONS_REGISTRY_KEY: 'Key to read packages with, as older releases call it',
  BUTTONS_BAT_REGISTRY_KEY: 'Key to read packages with; wins over the battery',
  BUTTONS_BAT_REGISTRY_WRITE_KEY: 'Key to publish with; wins over the battery',
  BUTTONS_BAT_ENROLL_TOKEN: 'One-time token of agent setup; wins over the battery',
  BUTTONS_BAT_WAKE_TOKEN: 'Token that a registry wakes the host with; wins over the battery',
  TUNNEL_TOKEN: 'What cloudflared opens a named tunnel with',
  LISTEN_PID: 'Set by systemd for the process that it hands sockets',
  LISTEN_FDS: 'Set by systemd: how many sockets it hands over',
  LISTEN_FDNAMES: 'Set by systemd: what those sockets are called',
  NOTIFY_SOCKET: 'Set by systemd: where its services say that they are ready',
} as const

/** The settings of the host by their flags: `--max-presses` is BUTTONS_SERVE_MAX_PRESSES. */
export const settingPrefix = 'BUTTONS_SERVE_'

export const environmentNames = {
  ...hostOnlyNames,
  BUTTONS_HOME: 'Data directory; no project discovery happens when it is set',
  BUTTONS_ALLOW_PRIVATE_NETWORKS: 'Exactly 1 lets HTTP buttons reach private addresses',
  BUTTONS_ALLOW_ANY_HOST: 'Exactly 1 honours allowed_host "*"',
  BUTTONS_PROFILE: 'Echoed as profile by summary',
  BUTTONS_PROGRESS_PATH: 'Set for code buttons: the file to append progress lines to',
  BUTTONS_DELIVERY_ID: 'Set for buttons that a webhook, schedule or watch presses',
  BUTTONS_WEBHOOK_PATH: 'Set for buttons with map_body: a file with the request as JSON',
  BUTTONS_RUN_ID: 'Set for code buttons: the run they belong to; of a step that of its drawer',
  BUTTONS_STEP: 'Set for the steps of a drawer: which step this is, also after a resume',
  BUTTONS_IDEMPOTENCY_KEY: 'Set for code buttons: the same for every attempt and every retry',
  BUTTONS_STEPS_PATH: 'Set for code buttons: where `buttons step` keeps what is done',
  BUTTONS_ARTIFACTS_DIR: 'Set for code buttons: a folder to make for files that belong to the run',
  BUTTONS_REGISTRY_URL: 'Address of the registry; wins over the battery REGISTRY_URL',
  BUTTONS_DESK_URL: 'Where login is confirmed in the browser',
  BUTTONS_NO_UPDATE: '1, true, yes or on: nothing is updated that nobody asked for',
  BUTTONS_CLI_AUTO_UPDATE: '1, true, yes or on: the program may be updated by Homebrew',
  CI: 'Any value: nothing is updated that nobody asked for',
  GITHUB_TOKEN: 'Shown to the place where newer programs are published',
  HOME: 'Holds .buttons when no project and no BUTTONS_HOME is there',
  PATH: 'Where interpreters are looked up',
  NO_COLOR: 'Any value switches colour off',
} as const

export type EnvironmentName = keyof typeof environmentNames

export type Environment = Readonly<Record<string, string | undefined>>

/** Prefix of the variables that carry press arguments. */
export const argumentPrefix = 'BUTTONS_ARG_'

/** Prefix of the variables that carry batteries. */
export const batteryPrefix = 'BUTTONS_BAT_'

/** Names that would make a child run foreign code; neither a button nor a battery may set them. */
export const forbiddenNamePrefixes = ['BUN_', 'LD_', 'DYLD_'] as const
export const forbiddenNames = ['NODE_OPTIONS'] as const
