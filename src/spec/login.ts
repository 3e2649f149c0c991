// Where `login` goes unless told otherwise. Nothing else has a registry built in.

export const loginDefaults = {
  registry: 'https://api.buttons.sh',
  desk: 'https://desk.buttons.sh',
} as const
