// The machine behind small interfaces: what every room above is handed instead of touching Bun,
// node:* or process itself. `host/bun.ts` is the real one; tests replace single members.

import type { Environment } from '#spec/env.ts'

export interface Host {
  readonly env: Environment
  /** Absolute working directory of the caller. */
  readonly cwd: string
  /** Absolute path of our own executable (of bun itself when run from source). */
  readonly executable: string
  /** Words to put after `executable` to run this program again: empty once compiled. */
  readonly selfArguments: readonly string[]
  readonly platform: Platform
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly processes: Processes
  readonly locks: Locks
  readonly terminal: Terminal
  readonly signals: Signals
  readonly network: Network
  readonly servers: Servers
}

export interface Platform {
  /** `linux`, `darwin` */
  readonly os: string
  /** `amd64`, `arm64` */
  readonly arch: string
  /** What runs this program, with its version: `bun 1.4.5` */
  readonly runtime: string
  readonly cpus: number
  readonly hostname: string
  /** The home directory when HOME is not set, or undefined. */
  readonly homeDirectory: string | undefined
  /** What this process takes of the machine right now. */
  usage(): { residentBytes: number; openFiles: number }
  /** Gives back memory that is not in use; for long-lived processes that have nothing to do. */
  rest(): void
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds since some fixed point, never going back; has a fraction. */
  monotonic(): number
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls back once after `ms`, however many those are; the returned function prevents it. */
  after(ms: number, act: () => void): () => void
}

export interface Random {
  bytes(count: number): Uint8Array
}

/** What an operation of the machine failed with; `code` is the errno name ("ENOENT"). */
export class HostError extends Error {
  readonly code: string
  readonly path: string | undefined

  constructor(code: string, operation: string, path?: string) {
    super(path === undefined ? `${code}: ${operation}` : `${code}: ${operation} "${path}"`)
    this.name = 'HostError'
    this.code = code
    this.path = path
  }
}

export type FileKind = 'file' | 'directory' | 'link' | 'other'

export interface FileStat {
  kind: FileKind
  size: number
  /** Permission bits only. */
  mode: number
  mtimeNs: bigint
  inode: bigint
}

export interface DirectoryEntry {
  name: string
  kind: FileKind
}

export interface FileReader {
  /** The next bytes; empty at the end, until there is more. */
  read(): Uint8Array
  close(): void
}

export interface FileWriter {
  /** All of it is written when this returns. Throws HostError. */
  append(content: Uint8Array | string): void
  close(): void
}

/** Files by absolute path; every call is synchronous and throws HostError. */
export interface Files {
  /**
   * The bytes, or undefined when there is no such file. A directory throws EISDIR, more than
   * `maxBytes` EFBIG; without it the limit is that of a JSON file.
   */
  find(path: string, maxBytes?: number): Uint8Array | undefined
  /** As `find`, decoded as UTF-8. */
  findText(path: string): string | undefined
  /** At most `maxBytes` of a file from `offset` on, empty at its end; undefined when absent. */
  findPart(path: string, offset: number, maxBytes: number): Uint8Array | undefined
  /** Reads a file from its beginning as it grows, also after it was removed; undefined when absent. */
  openReader(path: string): FileReader | undefined
  /** The status of a path, following links; undefined when nothing is there. */
  stat(path: string): FileStat | undefined
  /** As `stat`, of a link itself. */
  linkStat(path: string): FileStat | undefined
  /** The entries of a directory, unsorted; empty when it does not exist. */
  list(path: string): DirectoryEntry[]
  /** Creates a file that must not exist yet (EEXIST). */
  create(path: string, content: Uint8Array | string, mode: number): void
  /** Replaces or creates a file: temporary file, fsync, rename. An existing file keeps its mode. */
  replace(path: string, content: Uint8Array | string, mode: number): void
  /** Puts a whole file at a path that must be free: temporary file, link, unlink. False: taken. */
  place(path: string, content: Uint8Array | string, mode: number): boolean
  append(path: string, content: Uint8Array | string, mode: number): void
  /** For many appends to one file, which is created when it is absent. */
  openWriter(path: string, mode: number): FileWriter
  /** Creates a directory and its parents; existing ones stay as they are. */
  makeDirectory(path: string, mode: number): void
  rename(from: string, to: string): void
  /** As `rename`, to a path that must be free. False: taken. */
  renameNew(from: string, to: string): boolean
  /**
   * Gives a file that nobody else uses new content, then a new name, which must be free. `unfit`: it
   * is gone, used by somebody, not private, or cannot be written; what it holds then may be damaged.
   */
  reuse(from: string, to: string, content: Uint8Array | string): 'done' | 'taken' | 'unfit'
  /** Removes a file; false when it was not there. */
  remove(path: string): boolean
  /** Removes a directory with everything below it; links are not followed. */
  removeTree(path: string): void
  /**
   * Copies everything below a directory into another one, owner-only; `skip` leaves paths out.
   * Links that stay inside are copied as links. Throws EINVAL for other links, sockets and devices.
   */
  copyTree(from: string, to: string, skip: (path: string) => boolean): void
  /** Sets permission bits. */
  setMode(path: string, mode: number): void
  /** Sets the times of a file, epoch milliseconds. */
  touch(path: string, ms: number): void
  /** Bytes free for us on the disk of a path. */
  freeBytes(path: string): number
  /** Flushes a file's content to disk while everything else goes on. */
  flush(path: string): Promise<void>
  /** Flushes a directory's entries to disk. */
  syncDirectory(path: string): void
  /** The path with every link resolved; undefined when it does not exist. */
  resolveLinks(path: string): string | undefined
}

export interface SpawnRequest {
  /** The program by absolute path, then its arguments. */
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  /** Somebody watches: output is wanted as it comes, not only in one go at the end. */
  live?: boolean
  /** The bytes are the receiver's to keep. */
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
}

export interface ProcessExit {
  /** null when a signal ended it. */
  code: number | null
  signal: string | null
}

/** A child in its own session, with real pipes for its output and nothing on its input. */
export interface ChildProcess {
  readonly pid: number
  readonly exited: Promise<ProcessExit>
  /** Resolves when both pipes are at end-of-file or were closed by us. */
  readonly outputEnded: Promise<void>
  /** Whether `outputEnded` is still to come. */
  readonly outputOpen: boolean
  /** Stops reading; what was not read yet is lost. */
  closeOutput(): void
  /** Signals the child's whole process group; nothing happens when it is gone. */
  signalGroup(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** A process that outlives us: its own session, no terminal, its output in files. */
export interface ApartRequest {
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  /** Existing files, written at their end. */
  stdout: string
  stderr: string
  /** A descriptor of ours that becomes its descriptor 3. */
  inherit: number
}

/** A child in our own session and group, with our own standard input and error. */
export interface BesideRequest {
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  onStdout(bytes: Uint8Array): void
  /** Ends it with TERM. */
  signal?: AbortSignal
}

export type SentSignal = 'SIGTERM' | 'SIGKILL' | 'SIGUSR2'

export interface Processes {
  /** Starts a child. Throws HostError when it cannot be started. */
  spawn(request: SpawnRequest): ChildProcess
  /** The same for presses: a host may start many at once. */
  start(request: SpawnRequest): ChildProcess | Promise<ChildProcess>
  /**
   * How a process that runs many children at once starts them: beside everything else it does. What
   * most of their environments have in common is given once.
   */
  inCrowds(base: Readonly<Record<string, string | undefined>>): Processes['start']
  /** Starts a process and leaves it; its id. Throws HostError when it cannot be started. */
  startApart(request: ApartRequest): number
  /** Runs a child to the end of it and its output. Throws HostError when it cannot be started. */
  runBeside(request: BesideRequest): Promise<ProcessExit>
  /** Signals one process; false when it is gone. */
  signal(pid: number, signal: SentSignal): boolean
  /** Signals a whole process group; false when it is gone. */
  signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): boolean
  /** Whether a process is the one that holds the lock of a file, as far as the system tells. */
  holdsLock(pid: number, path: string): boolean
  /** Whether a process runs, as far as the system tells. */
  isAlive(pid: number): boolean
  /** The living members of a process group that were started with this variable. */
  findMembers(group: number, variable: string, value: string): number[]
  /** Other process groups whose first process was started with a variable, and another one of it. */
  findGroups(variable: string, value: string, other: string): { group: number; other?: string }[]
  /** Absolute path of a program found in a PATH text, or undefined. */
  find(program: string, path: string): string | undefined
}

export interface Lock {
  release(): void
}

/** Kernel locks (flock) on files: released when the holder lets go or dies. */
export interface Locks {
  /** Takes the lock of a file, created 0600 when absent; undefined when somebody holds it. */
  tryLock(path: string): Lock | undefined
  /** Takes the lock of a directory's own descriptor, waiting for it. */
  lockDirectory(path: string): Lock
  /** Takes the lock of a file, waiting for it in the kernel; for very short sections only. */
  lock(path: string): Lock
  /** Creates a file that must not exist (EEXIST), 0600 and locked before anything stands in it. */
  create(path: string): HeldFile
  /** Takes the lock of an existing file: undefined when there is none, `held` by somebody else. */
  adopt(path: string): HeldFile | 'held' | undefined
  /** Goes on holding a file whose descriptor, lock included, another process has handed down. */
  inherit(fd: number): HeldFile
  /** Looks at the lock of a file from outside; undefined when there is no such file. */
  watch(path: string): LockWatch | undefined
}

/** A locked file that is only ever written at its end. */
export interface HeldFile extends Lock {
  /** For `Processes.startApart`: whoever inherits it holds the lock as well. */
  readonly fd: number
  append(text: string): void
  /** Whether nobody else has the file open; false where that cannot be told. */
  isAlone(): boolean
}

/** A lock that somebody else holds, to be waited for. */
export interface LockWatch {
  isHeld(): boolean
  /** Does something while nobody can take the lock; false when somebody holds it. */
  whileFree(act: () => void): boolean
  /** Sleeps in the kernel until it is free; nothing else runs in this process meanwhile. */
  waitHere(): void
  /** The same beside everything else; resolves early when the signal aborts. Call it once. */
  wait(signal: AbortSignal): Promise<void>
  /** What stands in the file, also after it was removed. */
  text(): string
  append(text: string): void
  close(): void
}

export interface Terminal {
  /** Writes everything to stdout; a reader that is gone is not an error. */
  write(text: string | Uint8Array): void
  /** Writes everything to stderr. */
  writeError(text: string | Uint8Array): void
  /** Writes to stderr what can be written without waiting for its reader; how many bytes. */
  offerError(bytes: Uint8Array): number
  /** Whoever read stdout has gone, as the last `write` found out. */
  readonly stdoutGone: boolean
  readonly stdoutIsTerminal: boolean
  readonly stderrIsTerminal: boolean
  readonly stdinIsTerminal: boolean
  /** One line from stdin without its newline; undefined at end-of-file. */
  readLine(): Promise<string | undefined>
  /** Everything on stdin, at most `maxBytes` (EFBIG beyond). */
  readAll(maxBytes: number): Promise<Uint8Array>
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

export interface Signals {
  /** Calls back for each USR2, by which another process of ours asks to look at what it left. */
  onNudge(listener: () => void): () => void
  /** Calls back for each INT, TERM or HUP; returns a function that stops listening. */
  onStop(listener: (signal: StopSignal) => void): () => void
}

export interface NetworkRequest {
  secure: boolean
  /** Where to connect, in this order until one accepts; nothing else is ever resolved or tried. */
  addresses: readonly string[]
  port: number
  /** What the certificate must name; absent for addresses, which are checked themselves. */
  serverName?: string
  method: string
  /** Path and query, sent as they are. */
  path: string
  /** Everything to send but `Connection`, one character per byte. */
  headers: readonly (readonly [name: string, value: string])[]
  body?: Uint8Array
  /** Unpack an answer whose Content-Encoding is gzip. */
  decompress: boolean
  /** Ends the exchange at any moment; whatever waits for it then throws. */
  signal: AbortSignal
}

export interface NetworkAnswer {
  status: number
  reason: string
  /** A header by its lower-case name, one character per byte. */
  header(name: string): string | undefined
  /** All headers as they came, repeated ones too. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** To be read once; throws HostError when it breaks off or cannot be unpacked. */
  body: AsyncIterable<Uint8Array>
  /** Ends the connection, whatever has been read. */
  close(): void
}

export interface Network {
  /** All addresses of a name, asked once, in the resolver's order. Throws HostError. */
  lookup(host: string): Promise<string[]>
  /** Sends one request over a connection of its own and gives the head of its answer. Throws HostError. */
  request(request: NetworkRequest): Promise<NetworkAnswer>
  /** Opens a WebSocket. Throws HostError when the other side does not take it. */
  openSocket(request: SocketRequest): Promise<OpenSocket & { protocol: string }>
}

export interface SocketRequest {
  /** `ws://…` */
  url: string
  headers: Readonly<Record<string, string>>
  /** Offered to the other side, which chooses one or none. */
  protocols: readonly string[]
  events: SocketEvents
}

/** One end of a WebSocket. */
export interface OpenSocket {
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code: number, reason: string): void
}

export interface SocketEvents {
  onMessage(data: string | Uint8Array<ArrayBuffer>): void
  onClose(code: number, reason: string): void
}

export interface Servers {
  /** Starts an HTTP server; it accepts connections when this returns. Throws HostError. */
  listen(binding: HttpBinding): Promise<HttpServer>
  /** A port of loopback that nobody listens on right now. */
  findFreePort(): Promise<number>
  /** The socket that a supervisor opened for us; undefined when it did not. */
  findInherited(): Promise<InheritedSocket | undefined>
}

export interface HttpBinding {
  where: ListenPlace
  /** PEM texts. */
  tls?: { cert: string; key: string }
  /** After so long without traffic a connection is cut, unless its request asks for another time. */
  idleSeconds: number
  /** Beyond this the request is answered 413 before anybody sees it. */
  maxBodyBytes: number
  handle(request: Request, peer: HttpPeer): Response | Promise<Response>
}

/** A port, a socket file that is made owner-only, or a socket handed to us by whoever started us. */
export type ListenPlace =
  | { kind: 'port'; hostname: string; port: number }
  | { kind: 'socket'; path: string }
  | { kind: 'inherited'; fd: number }

/** A socket that was open before this process began; one on a port says where it listens. */
export interface InheritedSocket {
  fd: number
  inet?: { hostname: string; port: number }
}

/** Who sent a request. */
export interface HttpPeer {
  /** Undefined over a socket file. */
  readonly address: string | undefined
  /** How long this request may be without traffic; 0 for as long as it likes. */
  setIdle(seconds: number): void
  /** Makes a WebSocket of the request, whose answer is then dropped; false when it asks for none. */
  upgrade(
    accept: (socket: OpenSocket) => SocketEvents,
    headers: Readonly<Record<string, string>>,
  ): boolean
}

export interface HttpServer {
  /** Undefined for a socket file. */
  readonly port: number | undefined
  /** Accepts nothing more; resolves when all requests have been answered. */
  stop(): Promise<void>
  /** Cuts every connection. */
  cut(): Promise<void>
}
