// `buttons trigger add NAME`: something that presses a button, or a drawer, without a person.

import { hostedKinds } from '#core/trigger/hosted.ts'
import { defineCommand } from '../../command.ts'
import { describeTrigger } from '../../format/trigger.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: 'The button, or a drawer for --cron and --watch' },
    cron: { type: 'boolean', description: 'Fire by a schedule' },
    watch: { type: 'boolean', description: 'Fire when a file changes' },
    webhook: { type: 'boolean', description: 'Fire on a POST to the server' },
    schedule: {
      type: 'string',
      valueHint: 'expression',
      description: 'cron: "*/5 * * * *", @daily, @every 1h30m',
    },
    timezone: { type: 'string', valueHint: 'zone', description: 'cron: like Europe/Berlin' },
    'catch-up': {
      type: 'string',
      valueHint: 'none|last',
      description: 'cron: make up for a fire that was missed',
    },
    jitter: {
      type: 'string',
      kind: 'int',
      valueHint: 'seconds',
      description: 'cron: fire up to so much later, by chance',
    },
    path: { type: 'string', description: 'watch: a file, a directory or a pattern' },
    debounce: {
      type: 'string',
      kind: 'int',
      valueHint: 'milliseconds',
      description: 'watch: wait for so much quiet after a change',
    },
    overlap: {
      type: 'string',
      valueHint: 'allow|skip|queue',
      description: 'cron, watch: while the last run is still going',
    },
    'webhook-path': { type: 'string', valueHint: '/path', description: 'webhook: the URL path' },
    token: { type: 'string', description: 'webhook: secret in X-Buttons-Token or ?token=' },
    auth: { type: 'string', valueHint: 'kind', description: 'webhook: basic, jwt, github, …' },
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
    filter: {
      type: 'string',
      valueHint: 'expression',
      description: 'webhook: press only when it is true',
    },
    'map-body': {
      type: 'boolean',
      description: 'webhook: --arg values may hold ${webhook.body.…}',
    },
    arg: { type: 'string', kind: 'array', valueHint: 'key=value', description: 'Argument value' },
    concurrency: {
      type: 'string',
      kind: 'int',
      valueHint: 'count',
      description: 'Runs of this trigger at once',
    },
    'max-attempts': {
      type: 'string',
      kind: 'int',
      valueHint: 'count',
      description: 'Try again when a run fails',
    },
    timeout: { type: 'string', kind: 'int', valueHint: 'seconds', description: 'Longest run' },
  },
  examples: [
    'trigger add backup --cron --schedule "0 3 * * *" --timezone Europe/Berlin',
    'trigger add build --watch --path src --debounce 500',
    'trigger add deploy --webhook --webhook-path /deploy --auth github --secret $BATTERY{GITHUB}',
  ],
  run: async ({ args, app, out, summary }) => {
    const triggers = await app.triggers(out.warn)
    const request = {
      kinds: hostedKinds.filter((kind) => args[kind]),
      schedule: args.schedule,
      path: args.path,
      webhookPath: args['webhook-path'],
      token: args.token,
      args: args.arg,
      timezone: args.timezone,
      overlap: args.overlap,
      catchUp: args['catch-up'],
      jitterSeconds: args.jitter,
      debounceMs: args.debounce,
      filter: args.filter,
      mapBody: args['map-body'],
      concurrency: args.concurrency,
      maxAttempts: args['max-attempts'],
      timeoutSeconds: args.timeout,
      auth: args.auth,
      user: args['auth-user'],
      password: args['auth-pass'],
      headerName: args['auth-header-name'],
      headerValue: args['auth-header-value'],
      jwtSecret: args['jwt-secret'],
      jwtAlgorithm: args['jwt-algorithm'],
      jwtIssuer: args['jwt-issuer'],
      jwtAudience: args['jwt-audience'],
      secret: args.secret,
      tolerance: args.tolerance,
      signatureHeader: args['signature-header'],
      signaturePrefix: args['signature-prefix'],
      algorithm: args.algorithm,
      encoding: args.encoding,
      signed: args.signed,
      timestampHeader: args['timestamp-header'],
      idHeader: args['id-header'],
    }
    const { target, trigger } = await triggers.add(args.name, request, summary ? 'plan' : 'do')
    if (summary) return out.plan('trigger add', { [target.kind]: args.name, kind: trigger['kind'] })
    out.answer({ [target.kind]: args.name, trigger }, (people) => {
      people.note(`✓ ${target.name} ${String(trigger['id'])}: ${describeTrigger(trigger)}`)
      people.next('buttons serve')
    })
  },
})
