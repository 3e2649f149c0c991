// `drawer NAME trigger webhook [PATH]`

import { webhookInputShape } from '#core/drawer/trigger.ts'
import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { usageError } from '../../flags.ts'

const args = {
  path: { type: 'string', description: 'URL path, default /NAME' },
  auth: { type: 'string', description: 'none (default), basic, header or jwt' },
  'auth-user': { type: 'string', description: 'basic: user, may be $ENV{NAME}' },
  'auth-pass': { type: 'string', description: 'basic: password, may be $ENV{NAME}' },
  'auth-header-name': { type: 'string', description: 'header: its name' },
  'auth-header-value': { type: 'string', description: 'header: its value, may be $ENV{NAME}' },
  'jwt-secret': { type: 'string', description: 'jwt: secret, may be $ENV{NAME}' },
  'jwt-algorithm': { type: 'string', description: 'jwt: HS256 (default), HS384 or HS512' },
  'jwt-issuer': { type: 'string', description: 'jwt: expected iss' },
  'jwt-audience': { type: 'string', description: 'jwt: expected aud' },
} as const

export const verb: Verb = {
  run: async (call) => {
    const { values, positionals } = readVerb(call.words, args, [1, 2], call.usage)
    const [kind = '', path] = positionals
    if (kind !== 'webhook')
      throw usageError(
        `Cannot set a trigger of kind "${kind}": it is not implemented for drawers`,
        {
          hint: `buttons drawer ${call.usage}`,
        },
      )
    const author = await call.author()
    const request = {
      path: path ?? values.path,
      auth: values.auth,
      user: values['auth-user'],
      password: values['auth-pass'],
      headerName: values['auth-header-name'],
      headerValue: values['auth-header-value'],
      jwtSecret: values['jwt-secret'],
      jwtAlgorithm: values['jwt-algorithm'],
      jwtIssuer: values['jwt-issuer'],
      jwtAudience: values['jwt-audience'],
    }
    const { drawer, trigger, publicUrl } = await author.setWebhook(call.name, request, call.act)
    const data = {
      drawer: call.name,
      kind: 'webhook',
      path: trigger.path,
      auth_type: trigger.auth?.type ?? 'none',
      public_url: publicUrl,
      input_shape: webhookInputShape,
    }
    if (call.summary)
      return answerPlan(call, { trigger: { path: data.path, auth_type: data.auth_type } })
    call.out.answer(data, (people) => {
      people.note(`✓ ${drawer} starts on POST ${publicUrl || trigger.path}`)
      for (const line of webhookInputShape) people.note(`  ${line}`)
      people.next('buttons webhook listen')
    })
  },
}
