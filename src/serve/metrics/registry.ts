// What is counted of requests for packages (serve.md 9.9).

import { counter } from './families.ts'

export interface RegistryMetrics {
  request(side: 'local' | 'proxy', result: 'hit' | 'miss' | 'stale' | 'error' | 'denied'): void
  render(): string
}

export function openRegistryMetrics(): RegistryMetrics {
  const requests = counter({
    name: 'buttons_registry_requests_total',
    help: 'Requests for packages.',
    labels: ['side', 'result'],
  })
  return { request: (side, result) => requests.add([side, result]), render: requests.render }
}
