import { openLibc } from '#host/posix/libc.ts'
import { openNodePosix } from '#host/posix/node.ts'
import { posixConformance } from '../conformance/posix.ts'

if (process.platform === 'linux')
  posixConformance('libc', () => openLibc(process.arch === 'arm64' ? 'aarch64' : 'x86_64'))
posixConformance('node:fs', openNodePosix)
