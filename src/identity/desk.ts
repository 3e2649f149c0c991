// The engine for who this device is, as surfaces get it. Each act is loaded when it is used.

import type { JsonObject } from '#core/drawer/json.ts'
import type { LoggedIn, LoginRequest } from './login.ts'
import type { AgentRequest, AgentStatus, SetupContext } from './setup.ts'

export interface Desk {
  /** What can be refused before anything is made. Throws VALIDATION_ERROR. */
  checkSetup(request: AgentRequest): Promise<void>
  /** The registry's answer, without secrets. Throws VALIDATION_ERROR, AGENT_KEY_ERROR, SETUP_ERROR. */
  setUp(request: AgentRequest): Promise<JsonObject>
  /** Throws AGENT_KEY_ERROR. */
  status(): Promise<AgentStatus>
  /** `show` tells somebody where to confirm. Throws LOGIN_ERROR. */
  login(request: LoginRequest, show: (url: string) => void): Promise<LoggedIn>
  /** The keys that were forgotten. */
  logout(): Promise<string[]>
}

export function openDesk(context: SetupContext): Desk {
  const setup = () => import('./setup.ts')
  const logins = () => import('./login.ts')
  return {
    checkSetup: async (request) => void (await (await setup()).checkSetup(request, context)),
    setUp: async (request) => (await setup()).setUpAgent(request, context),
    status: async () => (await setup()).agentStatus(context),
    login: async (request, show) => {
      const { signal = new AbortController().signal, ...rest } = context
      return (await logins()).login(request, { ...rest, show, signal })
    },
    logout: async () => (await logins()).logout(context),
  }
}
