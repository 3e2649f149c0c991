// `drawer NAME trigger webhook [PATH]`

import { webhookInputShape } from '#core/drawer/trigger.ts'
import { answerPlan, type Verb } from '../../drawer/verb.ts'
import { readVerb } from '../../drawer/words.ts'
import { usageError } from '../../flags.ts'

const args = {
  path: { type: 'string', description: 'URL path, default /NAME' },
  auth: { type: 'string', description: 'none (default), basic, header, jwt or a signature' },
  'auth-user': { type: 'string', description: 'basic: user, may be $ENV{NAME}' },
  'auth-pass': { type: 'string', description: 'basic: password, may be $ENV{NAME}' },
  'auth-header-name': { type: 'string', description: 'header: its name' },
  'auth-header-value': { type: 'string', description: 'header: its value, may be $ENV{NAME}' },
  'jwt-secret': { type: 'string', description: 'jwt: secret, may be $ENV{NAME}' },
  'jwt-algorithm': { type: 'string', description: 'jwt: HS256 (default), HS384 or HS512' },
  'jwt-issuer': { type: 'string', description: 'jwt: expected iss' },
  'jwt-audience': { type: 'string', description: 'jwt: expected aud' },
  secret: { type: 'string', description: 'Signatures: the secret, may be $ENV{NAME}' },
  tolerance: { type: 'string', description: 'Signatures: seconds a timestamp may be off' },
  'signature-header': { type: 'string', description: 'hmac: header of the signature' },
  'signature-prefix': { type: 'string', description: 'hmac: what stands before it' },
  algorithm: { type: 'string', description: 'hmac: sha256 (default), sha512 or sha1' },
  encoding: { type: 'string', description: 'hmac: hex (default) or base64' },
  signed: { type: 'string', description: 'hmac: of {body}, {timestamp} and {id}' },
  'timestamp-header': { type: 'string', description: 'hmac: header of the timestamp' },
  'id-header': { type: 'string', description: 'hmac: header of the id' },
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
      secret: values.secret,
      tolerance: values.tolerance,
      signatureHeader: values['signature-header'],
      signaturePrefix: values['signature-prefix'],
      algorithm: values.algorithm,
      encoding: values.encoding,
      signed: values.signed,
      timestampHeader: values['timestamp-header'],
      idHeader: values['id-header'],
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
