// Every error code the product can answer with: its exit status, its HTTP status, and the one
// error type that carries them. Two places turn a Failure into output: cli/dispatch and serve/errors.

export const errorCodes = {
  NOT_FOUND: { exit: 1, http: 404 },
  MISSING_ARG: { exit: 1, http: 400 },
  VALIDATION_ERROR: { exit: 1, http: 400 },
  TIMEOUT: { exit: 1, http: 504 },
  SCRIPT_ERROR: { exit: 1, http: 502 },
  RUNTIME_MISSING: { exit: 1, http: 500 },
  PROMPT_ERROR: { exit: 1, http: 500 },
  QUEUE_TIMEOUT: { exit: 1, http: 503 },
  CANCELLED: { exit: 1, http: 499 },
  INTERRUPTED: { exit: 1, http: 500 },
  RUN_ACTIVE: { exit: 1, http: 409 },
  DEFINITION_CHANGED: { exit: 1, http: 409 },
  INTERNAL_ERROR: { exit: 1, http: 500 },
  STORAGE_ERROR: { exit: 1, http: 500 },
  NOT_APPLICABLE: { exit: 1, http: 400 },
  ALREADY_EXISTS: { exit: 1, http: 409 },
  CLONE_FAILED: { exit: 1, http: 502 },
  COPY_FAILED: { exit: 1, http: 500 },
  IMPORT_ERROR: { exit: 1, http: 400 },
  REGISTRY_ERROR: { exit: 1, http: 502 },
  AGENT_KEY_ERROR: { exit: 1, http: 500 },
  SETUP_ERROR: { exit: 1, http: 502 },
  LOGIN_ERROR: { exit: 1, http: 502 },
  ADD_ERROR: { exit: 1, http: 400 },
  INSTALL_ERROR: { exit: 1, http: 400 },
  REMOVE_ERROR: { exit: 1, http: 400 },
  STATUS_ERROR: { exit: 1, http: 400 },
  UPDATE_ERROR: { exit: 1, http: 400 },
  PUBLISH_ERROR: { exit: 1, http: 400 },
  VERIFY_ERROR: { exit: 1, http: 409 },
  IDEMPOTENCY_KEY_REUSED: { exit: 1, http: 409 },
  RESOLVE_ERROR: { exit: 1, http: 400 },
  BUTTON_NOT_FOUND: { exit: 1, http: 404 },
  DRAWER_NOT_FOUND: { exit: 1, http: 404 },
  STEP_NOT_FOUND: { exit: 1, http: 404 },
  NESTED_STEP_NOT_FOUND: { exit: 1, http: 404 },
  STEP_FIELD_UNKNOWN: { exit: 1, http: 400 },
  STAGE_NOT_FOUND: { exit: 1, http: 404 },
  FLOW_FIELD_UNKNOWN: { exit: 1, http: 400 },
  DRAWER_KIND_MISMATCH: { exit: 1, http: 409 },
  FLOW_RUNTIME_REQUIRED: { exit: 1, http: 409 },
  TRIGGER_PATH_CONFLICT: { exit: 1, http: 409 },
  TRIGGER_PATH_RESERVED: { exit: 1, http: 400 },
  AMBIGUOUS: { exit: 1, http: 409 },
  UNKNOWN_VERB: { exit: 1, http: 400 },
  MISSING_INPUT: { exit: 1, http: 400 },
  KIND_NOT_IMPLEMENTED: { exit: 1, http: 501 },
  FOREACH_ITEM_FAILED: { exit: 1, http: 502 },
  SUBDRAWER_FAILED: { exit: 1, http: 502 },
  SUBDRAWER_CYCLE: { exit: 1, http: 400 },
  SUBDRAWER_DEPTH: { exit: 1, http: 400 },
  RETURN_ERROR: { exit: 1, http: 400 },
  PARALLEL_DEADLOCK: { exit: 1, http: 400 },
  UNAUTHORIZED: { exit: 1, http: 401 },
  HTTP_BUTTON_BLOCKED: { exit: 1, http: 403 },
  HOST_NOT_ALLOWED: { exit: 1, http: 403 },
  ORIGIN_NOT_ALLOWED: { exit: 1, http: 403 },
  BAD_REQUEST: { exit: 1, http: 400 },
  METHOD_NOT_ALLOWED: { exit: 1, http: 405 },
  REQUEST_TIMEOUT: { exit: 1, http: 408 },
  RUN_FINISHED: { exit: 1, http: 409 },
  BODY_TOO_LARGE: { exit: 1, http: 413 },
  RATE_LIMITED: { exit: 1, http: 429 },
  BUSY: { exit: 1, http: 503 },
  CLOUDFLARED_MISSING: { exit: 1, http: 500 },
  DNS_CONFLICT: { exit: 1, http: 409 },
  ZONE_MISMATCH: { exit: 1, http: 409 },
  WEBHOOK_ERROR: { exit: 1, http: 502 },
  REMOTE_UNREACHABLE: { exit: 1, http: 502 },
  REMOTE_ERROR: { exit: 1, http: 502 },
  // What a registry of ours answers.
  FORBIDDEN: { exit: 1, http: 403 },
  BAD_PATH: { exit: 1, http: 400 },
  BAD_NAME: { exit: 1, http: 400 },
  BAD_VERSION: { exit: 1, http: 400 },
  TOO_LARGE: { exit: 1, http: 413 },
  HASH_MISMATCH: { exit: 1, http: 400 },
  VERSION_EXISTS: { exit: 1, http: 409 },
  KIND_CONFLICT: { exit: 1, http: 409 },
  INVALID_ARTIFACT: { exit: 1, http: 400 },
  KIND_MISMATCH: { exit: 1, http: 400 },
  VERSION_MISMATCH: { exit: 1, http: 400 },
  NAME_MISMATCH: { exit: 1, http: 400 },
  INVALID_SPEC: { exit: 1, http: 400 },
  FLOW_MISMATCH: { exit: 1, http: 400 },
  INVALID_SIGNATURE: { exit: 1, http: 400 },
  INVALID: { exit: 1, http: 400 },
  UNKNOWN_DEVICE: { exit: 1, http: 401 },
  DEVICE_REVOKED: { exit: 1, http: 403 },
  DEVICE_BOUND: { exit: 1, http: 409 },
  NONCE_INVALID: { exit: 1, http: 401 },
  BAD_SIGNATURE: { exit: 1, http: 401 },
  CLOCK_SKEW: { exit: 1, http: 401 },
  REPLAY: { exit: 1, http: 401 },
  CODE_INVALID: { exit: 1, http: 401 },
  SLUG_TAKEN: { exit: 1, http: 409 },
  AGENT_DOMAIN_UNSET: { exit: 1, http: 503 },
  TUNNEL_REQUIRED: { exit: 1, http: 422 },
  TUNNEL_FAILED: { exit: 1, http: 502 },
  REGISTRY_NOT_CONFIGURED: { exit: 1, http: 404 },
  // The same for another one.
  REGISTRY_UNREACHABLE: { exit: 1, http: 502 },
  REGISTRY_TIMEOUT: { exit: 1, http: 504 },
  ORIGIN_AUTH: { exit: 1, http: 502 },
  ORIGIN_HASH_MISMATCH: { exit: 1, http: 502 },
  PUBLISH_DISABLED: { exit: 1, http: 403 },
  LENGTH_REQUIRED: { exit: 1, http: 411 },
  LOOP: { exit: 1, http: 508 },
} as const satisfies Record<string, { exit: number; http: number }>

export type ErrorCode = keyof typeof errorCodes

export interface FailureDetails {
  /** What to do next: a command or a sentence, shown apart from the message. */
  hint?: string
  /** The declared arguments, for argument errors of a press. */
  spec?: unknown
  /** What was done before it failed, shown beside the error. */
  data?: unknown
  /** A mistake in how the command line was written: people see the message without its code. */
  plain?: boolean
  cause?: unknown
}

/** Something that could not be done. What ran and came out badly is a result, not a Failure. */
export class Failure extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly spec: unknown
  readonly data: unknown
  readonly plain: boolean

  constructor(code: ErrorCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Failure'
    this.code = code
    this.hint = details.hint
    this.spec = details.spec
    this.data = details.data
    this.plain = details.plain === true
  }
}

/** Makes a Failure, so that the line reads `throw fail('NOT_FOUND', …, { hint })`. */
export function fail(code: ErrorCode, message: string, details: FailureDetails = {}): Failure {
  return new Failure(code, message, details)
}
