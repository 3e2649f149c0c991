// The door: argv in, exit status out.

import { createApp } from './app.ts'
import { dispatch } from './cli/dispatch.ts'
import { openBunHost } from './host/bun.ts'

const host = openBunHost()
host.exit(await dispatch(process.argv.slice(2), createApp(host)))
