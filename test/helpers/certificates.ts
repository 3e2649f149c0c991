// Certificates for tests, made by openssl where there is one.

import { join } from 'node:path'
import { readFileSync, writeFileSync } from 'node:fs'
import { emptyHome } from './home.ts'

export interface Certificate {
  cert: string
  key: string
}

export interface Certificates {
  /** Path and text of the authority that signed `good`. */
  authorityPath: string
  authority: string
  /** Signed for `names`. */
  signFor(names: string): Certificate
  selfSigned: Certificate
}

export const hasOpenssl = Bun.which('openssl') !== null

/** An authority of its own, and what it signs; `names` are like `DNS:a.test,IP:127.0.0.1`. */
export function makeCertificates(): Certificates {
  const { root } = emptyHome()
  const run = (...words: string[]) => {
    const { exitCode, stderr } = Bun.spawnSync(['openssl', ...words], { cwd: root, stderr: 'pipe' })
    if (exitCode !== 0) throw new Error(stderr.toString())
  }
  const read = (name: string) => readFileSync(join(root, name), 'utf8')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const selfSign = (name: string) =>
    run(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
    )
  selfSign('authority')
  selfSign('lonely')
  let signed = 0
  const signFor = (names: string): Certificate => {
    const name = `signed-${signed++}`
    writeFileSync(join(root, `${name}.ext`), `subjectAltName=${names}\n`)
    run('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    run(
      'x509',
      '-req',
      '-days',
      '2',
      '-in',
      `${name}.csr`,
      '-CA',
      'authority.pem',
      '-CAkey',
      'authority.key',
      '-CAcreateserial',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    )
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) }
  }
  return {
    authorityPath: join(root, 'authority.pem'),
    authority: read('authority.pem'),
    signFor,
    selfSigned: { cert: read('lonely.pem'), key: read('lonely.key') },
  }
}
