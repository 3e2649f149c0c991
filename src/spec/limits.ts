// Every limit and default number of the product, in one place. Bytes unless the name says otherwise.

export const limits = {
  /** Longest name of a button or drawer, bytes of UTF-8. */
  nameBytes: 128,
  /** Longest value of a battery: name and value together must fit the 128 KiB Linux hands to a child. */
  batteryValueBytes: 130_000,
  /** Longest `--code` text. */
  inlineCodeBytes: 65_536,
  /** Largest script of `create --file`: it passes through memory. */
  scriptBytes: 256 * 1024 * 1024,
  /** Largest script, skill file or spec that `import` takes. */
  importBytes: 65_536,
  /** How long `import url` may take, milliseconds. */
  importFetchMs: 30_000,
  /** Buttons that a repository's AGENTS.md describes; the others are only named. */
  agentListButtons: 20,
  /** Age at which a half-made folder left by a killed command is cleared away, milliseconds. */
  staleFolderMs: 3_600_000,
  /** Timeout of a button that names none, seconds. */
  defaultTimeoutSeconds: 300,
  /** Records kept per target unless `history-keep` says otherwise. */
  defaultHistoryKeep: 100,
  /** What a record keeps of each output stream. */
  recordStreamBytes: 1_048_576,
  /** What lies beside a record of a stream that is too long for it. */
  spilledBytes: 64 * 1024 * 1024,
  /** Looks at a run that others are looking at as well before it counts as taken. */
  adoptTries: 50,
  /** Looks at the lock of a run whose process is gone before it counts as held by somebody else. */
  lingerTries: 300,
  /** Runs that a list shows unless asked otherwise. */
  listedRuns: 20,
  /** Records read at once while a list is narrowed down by what no index knows. */
  listBatch: 200,
  /** How long `cancel` waits beyond the grace before it ends a run by force, milliseconds. */
  cancelMarginMs: 2000,
  /** Between two looks of `cancel` at the run it ends, milliseconds. */
  cancelPauseMs: 20,
  /** How long a run whose process died waits for somebody to resume it, milliseconds. */
  interruptedKeptMs: 30 * 24 * 3600 * 1000,
  /** What nothing refers to is left alone by `gc` until it is this old, milliseconds. */
  orphanMs: 24 * 3600 * 1000,
  /** Longest event in the journal itself; longer ones lie in files beside it. */
  journalEntryBytes: 65_536,
  /** Largest journal that is read. */
  journalBytes: 1024 * 1024 * 1024,
  /** Larger files of a button are told apart by size and time, not by what is in them. */
  pinnedFileBytes: 1_048_576,
  /** Largest file of a script's steps that is read. */
  stepsFileBytes: 1024 * 1024 * 1024,
  /** Largest output of one step of a script that is kept. */
  scriptStepBytes: 16 * 1024 * 1024,
  /** What a press keeps of each output stream in memory. */
  captureBytes: 64 * 1024 * 1024,
  /** Default cap of an HTTP answer. */
  defaultResponseBytes: 10_485_760,
  /** Largest `--max-response-size`. */
  maxResponseBytes: 2_147_483_648,
  /** How long one of several addresses may take to accept a connection, milliseconds. */
  connectAttemptMs: 5000,
  /** Between TERM and KILL, milliseconds. */
  killGraceMs: 5000,
  /** How long output may stay open after the process itself has ended, milliseconds. */
  outputDrainMs: 5000,
  /** The same after the whole group was killed. */
  killedDrainMs: 200,
  /** Second record within one second gets `_001`, up to this. */
  stemSuffixes: 999,
  /** Rounds of suffixes for a second with still more presses. */
  stemRounds: 64,
  /** Up to this many kept records the number is exact after every press; beyond it is about so. */
  exactHistoryKeep: 1000,
  /** Files of pruned records in one folder that a host keeps for its next ones. */
  spareFiles: 1000,
  /** Temporary files of a killed press are removed when they are older than this, milliseconds. */
  leftoverMs: 3600 * 1000,
  /** Lines waiting for a streaming reader before lines are dropped. */
  streamLines: 128,
  /** Longest line handed to a streaming reader; the rest of it is not shown. */
  streamLineCharacters: 1_048_576,
  /** Battery values shorter than this are not searched for inside text, bytes. */
  redactBatteryBytes: 8,
  /** Values declared secret shorter than this are not searched for inside text, characters. */
  redactSecretCharacters: 4,
  /** What the index keeps of stderr. */
  indexStderrBytes: 400,
  /** How long a writer waits for the index, milliseconds. */
  indexBusyMs: 5000,
  /** A write-ahead log of the index longer than this is folded into the database. */
  indexLogBytes: 256 * 1024,
  /** Buttons, instructions and batteries that a host keeps as long as their files do not change. */
  recalledFiles: 1000,
  /** Records read and indexed per transaction, so that writers need not wait for a rebuild. */
  indexBatch: 500,
  /** A folder changed more recently than this may change again within its clock's granularity. */
  indexSettledMs: 2000,
  /** Runs that a summary shows of each target. */
  summaryRuns: 3,
  /** Failures that a summary shows, out of the newest `summaryWindow` runs. */
  summaryFailures: 5,
  summaryWindow: 50,
  /** Pause between two looks at a progress file that is followed, milliseconds. */
  followPauseMs: 200,
  /** Largest button.json, drawer.json, settings or record file that is read. */
  jsonFileBytes: 32 * 1024 * 1024,
  /** Deepest drawer.json that is read, levels of JSON. */
  drawerDepth: 200,
  /** Drawers inside one another, the outermost included. */
  drawerStack: 32,
  /** How long the error handler of a drawer may take, milliseconds. */
  handlerMs: 300_000,
  /** Longest single sleep of a wait: timers have an end, and machines are suspended. */
  waitNapMs: 3_600_000,
  /** What the message of a failed step keeps of stderr. */
  stepMessageBytes: 65_536,
  /** Largest output of a step that a drawer's record keeps. */
  recordOutputBytes: 1_048_576,
  /** Presses inside loops and branches that a drawer's record lists; the newest stay. */
  recordInnerPresses: 1000,
  /** Largest record of a drawer; beyond it the streams of its steps are cut further. */
  drawerRecordBytes: 16 * 1024 * 1024,
  /** Runs of inner drawers after which the index is brought up to date. */
  indexAfterRuns: 200,
  /** Longest path of a webhook. */
  webhookPathBytes: 512,
  /** Largest body of a webhook unless host or trigger say otherwise; no trigger may allow more. */
  webhookBodyBytes: 8 * 1024 * 1024,
  webhookBodyMostBytes: 64 * 1024 * 1024,
  /** Most attempts that a retry policy gets, and the longest pause between two, milliseconds. */
  retryAttempts: 100,
  retryPauseMs: 3_600_000,
  /** Longest run that a webhook starts, unless its trigger says otherwise, seconds. */
  triggeredRunSeconds: 3600,
  /** Attempts cut short by the death of their host, after which a delivery is dead. */
  interruptedAttempts: 3,
  /** The same for attempts whose host died before it had begun anything. */
  unbegunAttempts: 20,
  /** Between two signs of life of a host that runs deliveries, and when it counts as gone. */
  heartbeatMs: 10_000,
  staleHeartbeatMs: 30_000,
  /** Finished deliveries that are kept. */
  keptDeliveries: 10_000,
  /** How long bodies of deliveries that went well are kept, milliseconds. */
  keptBodyMs: 24 * 3600 * 1000,
  /** How long the build of an app may take, and how long its program may take to listen. */
  appBuildMs: 600_000,
  appStartMs: 30_000,
  /** Largest message that wakes a host, and how long its sender waits for the update, milliseconds. */
  wakeBytes: 65_536,
  wakeMs: 25_000,

  /** Between two looks of the first waiter of a queue, at first and at most, milliseconds. */
  queueShortestPauseMs: 5,
  queuePauseMs: 50,
  /** The same for those far behind. */
  queueLongestPauseMs: 200,
  /** For each place in line, how long a waiter leaves the first try to others, milliseconds. */
  queuePatienceMs: 2000,
  /** How long a cached answer lives unless the press says otherwise, milliseconds. */
  idempotencyTtlMs: 24 * 3600 * 1000,
  /** Longest pause between two looks at a key that another press holds, milliseconds. */
  idempotencyPauseMs: 100,
  /** Cache files looked at for expiry whenever an answer is stored. */
  idempotencyReaped: 8,
  /** Longest cache entry; above it its streams are cut to a sixteenth of this. */
  idempotencyEntryBytes: 30 * 1024 * 1024,
  /** Problems listed for an output that does not fit its schema. */
  outputProblems: 10,
  /** Beyond this an output is checked only up to its first problem. */
  outputAllProblemsBytes: 1_048_576,
  /** Steps that the patterns of one schema may take over one output. */
  patternWork: 200_000_000,
  /** Presses that `smash` runs at once, at most. */
  smashConcurrency: 50,

  // The host.

  /** Longest run of a press through the API, seconds. */
  apiPressSeconds: 300,
  /** How long a press may wait for one of the places of the API, milliseconds. */
  apiWaitMs: 30_000,
  /** How long the body of a request may take to arrive, milliseconds. */
  bodyUploadMs: 30_000,
  /** Largest request that is looked at at all: above the largest body any trigger may allow. */
  hostBodyBytes: 65 * 1024 * 1024,
  /** Silence after which a connection is cut, seconds. */
  hostIdleSeconds: 60,
  /** Failed authentications per client and minute. */
  failedLogins: 20,
  /** Clients whose failures or requests are counted at the same time. */
  countedClients: 10_000,
  /** Events of a run that are kept for readers who come later. */
  runEvents: 1000,
  runEventBytes: 1024 * 1024,
  /** How long they are kept after its end, milliseconds. */
  runEventsKeptMs: 60_000,
  /** Ended runs whose events are kept at the same time, and the bytes of all of them. */
  endedRuns: 1000,
  endedRunBytes: 16 * 1024 * 1024,
  /** Between two signs of life in an event stream, milliseconds. */
  eventPingMs: 15_000,
  /** Runs that a list of the API holds unless asked otherwise. */
  apiRuns: 20,
  /** Accepted runs that wait, as far as lists look for them. */
  listedAccepted: 1000,
  /** Size at which the audit log is set aside, and how many of them there are. */
  auditBytes: 10 * 1024 * 1024,
  auditFiles: 5,
  /** Log lines that may wait for a slow reader, bytes. */
  logBufferBytes: 1024 * 1024,
  /** Free disk below which nothing more is accepted. */
  freeDiskBytes: 64 * 1024 * 1024,

  // Packages.

  /** Largest archive of a package, as it is sent. */
  artifactBytes: 64 * 1024 * 1024,
  /** All files of a package together. */
  artifactUnpackedBytes: 256 * 1024 * 1024,
  /** Files of a package. */
  artifactFiles: 4096,
  /** Largest archive once gunzipped, headers and skipped entries included. */
  artifactTarBytes: 320 * 1024 * 1024,
  /** Longest extended header inside an archive. */
  tarExtensionBytes: 1_048_576,
  /** Largest index of a registry. */
  indexBytes: 32 * 1024 * 1024,
  /** Largest archive of the program itself, packed and unpacked. */
  binaryBytes: 300 * 1024 * 1024,
  binaryUnpackedBytes: 600 * 1024 * 1024,
  /** How long fetching it may take, milliseconds. */
  binaryFetchMs: 600_000,
  /** What is read of an answer that says no. */
  errorBodyBytes: 4096,

  // The registry proxy.

  /** Requests to the origin at once. */
  proxyRequests: 16,
  /** Requests that may wait for one of these places. */
  proxyWaiting: 1000,
  /** How long the origin may take for an answer, or be silent within one, milliseconds. */
  proxyTimeoutMs: 30_000,
  /** The same while an older answer is at hand. */
  proxyPatienceMs: 5000,
  /** How long an older answer may take the place of one that does not come. */
  proxyStaleMs: 24 * 3600 * 1000,
  /** How long the origin is not asked again for what it does not have. */
  proxyMissMs: 10_000,
  /** Bodies of calls that are only passed on, and of their answers. */
  proxyCallBytes: 65_536,

  // Expressions: everything here ends as RESOLVE_ERROR, never as a crash or a busy process.

  /** Longest single expression. */
  expressionCharacters: 65_536,
  /** Brackets, conditions and operators inside one another. */
  expressionNesting: 200,
  /** Operators and selections in a row, nesting included: the height of the parsed tree. */
  expressionHeight: 2000,
  /** Units of work of one expression: a visited node, a compared item, 256 characters of text. */
  expressionVisits: 1_000_000,
  /** Longest text an expression or a template may produce, characters. */
  expressionTextCharacters: 64 * 1024 * 1024,
  /** Largest JSON value an expression may produce, items and fields counted together. */
  expressionOutputNodes: 5_000_000,
  /** Deepest JSON value that is compared, resolved or handed out. */
  jsonDepth: 1000,
  /** Longest template that holds an expression; plain text may be longer. */
  templateCharacters: 1_048_576,
  /** Longest regular expression. */
  patternCharacters: 4096,
  /** Largest compiled regular expression, instructions of its program. */
  patternInstructions: 10_000,
} as const

/** What output that was cut ends with. */
export const truncationMark = '\n[truncated]'

/** What stands in place of a secret in records. */
export const redactedText = '[redacted]'
