// The table of ways in which the caller of a webhook proves who it is.

import type { AuthType } from '#spec/webhook.ts'
import { basic } from './basic.ts'
import { github } from './github.ts'
import { header } from './header.ts'
import { hmac } from './hmac.ts'
import { jwt } from './jwt.ts'
import type { AuthKind } from './kind.ts'
import { none } from './none.ts'
import { slack } from './slack.ts'
import { standardWebhooks, svix } from './standard.ts'
import { stripe } from './stripe.ts'

export const authKinds = {
  none,
  basic,
  header,
  jwt,
  github,
  stripe,
  slack,
  'standard-webhooks': standardWebhooks,
  svix,
  hmac,
} satisfies Record<AuthType, AuthKind>
