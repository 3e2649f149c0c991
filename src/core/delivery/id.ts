// Ids of deliveries: `dlv_` and 26 characters that sort by time, also within a millisecond.

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type DeliveryIds = (epochMs: number) => string

/** Ids of one process: 50 bits of time, 20 of a counter, 60 of chance. */
export function openDeliveryIds(random: { bytes(count: number): Uint8Array }): DeliveryIds {
  let counter = 0
  // Many come within a millisecond.
  let time = { epochMs: 0, text: encode(0, 10) }
  return (epochMs) => {
    counter = (counter + 1) % 2 ** 20
    if (time.epochMs !== epochMs) time = { epochMs, text: encode(epochMs, 10) }
    let chance = ''
    for (const byte of random.bytes(12)) chance += alphabet[byte % 32]!
    return `dlv_${time.text}${encode(counter, 4)}${chance}`
  }
}

function encode(number: number, characters: number): string {
  let text = ''
  for (let rest = number, at = 0; at < characters; at++) {
    text = alphabet[rest % 32]! + text
    rest = Math.floor(rest / 32)
  }
  return text
}

export function isDeliveryId(text: string): boolean {
  return /^dlv_[0-9A-HJKMNP-TV-Z]{26}$/.test(text)
}
