// The table of endpoints: which methods each of them knows. Each is opened once for a server, since
// some remember something between two calls.

import type { EndpointKind } from '#core/registry/path.ts'
import type { Handler } from '../context.ts'
import { authorizeEndpoint } from './authorize.ts'
import { answerChallenge } from './challenge.ts'
import { revokeDevice } from './device.ts'
import { answerDownload } from './download.ts'
import { enrollDevice } from './enroll.ts'
import { exchangeCode } from './exchange.ts'
import { indexEndpoint } from './list.ts'
import { answerMeta } from './meta.ts'
import { publishEndpoint } from './publish.ts'
import { registerAgent } from './register.ts'
import { refuseUnclear } from './unclear.ts'
import { yankRelease } from './yank.ts'

export type Methods = Readonly<Record<string, Handler>>

export interface Aids {
  /** Something was published that agents are to hear of. */
  wake(): void
}

type Openers = Readonly<Record<EndpointKind, (aids: Aids) => Methods>>

export const endpoints: Openers = {
  meta: () => ({ GET: answerMeta }),
  index: () => ({ GET: indexEndpoint() }),
  download: () => ({ GET: answerDownload }),
  release: ({ wake }) => ({ POST: publishEndpoint(wake) }),
  yank: () => ({ POST: yankRelease }),
  unclear: () => ({ GET: refuseUnclear('NOT_FOUND'), POST: refuseUnclear('BAD_PATH') }),
  enroll: () => ({ POST: enrollDevice }),
  device: () => ({ DELETE: revokeDevice }),
  challenge: () => ({ GET: answerChallenge }),
  register: () => ({ POST: registerAgent }),
  exchange: () => ({ POST: exchangeCode }),
  authorize: authorizeEndpoint,
}
