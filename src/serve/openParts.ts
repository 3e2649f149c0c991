// Opens whatever lives in the host beside the REST API.

import type { OpenParts } from './parts.ts'

export const openParts: OpenParts = async () => ({
  routes: [],
  findWebhook: () => undefined,
  start: async () => {},
  drain: async () => {},
  close: async () => {},
  status: () => ({
    webhookRoutes: 0,
    publicBase: '',
    routes: [],
    shadowed: [],
    scheduler: 'off',
    checks: {},
    publicHosts: [],
    tunnelRunning: false,
  }),
  metrics: () => '',
})
