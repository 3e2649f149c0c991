// What a caching proxy keeps of its origin: archives by their hash, and the last index. Everything in
// it can be fetched again, so nothing here ever fails a request: what cannot be kept is not kept, and
// what was damaged is not there. Several processes may share one.

export interface RegistryCache {
  /** An archive, checked against its hash; undefined when there is none that fits. */
  openBlob(sha256: string): Promise<OpenBlob | undefined>
  /** A place for an archive on its way. */
  spool(): Spool
  /** The last index by a name that stands for its origin and key. */
  findIndex(name: string): Promise<KeptIndex | undefined>
  keepIndex(name: string, index: Omit<KeptIndex, 'checkedMs'>): Promise<void>
  /** The origin has just said that the index is still the same. */
  confirmIndex(name: string): Promise<void>
  /** Lets go of what is on its way. */
  close(): void
}

export interface RegistryCacheOptions {
  /** Of all archives; beyond it those go first that were not asked for the longest time. */
  maxBytes: number
  /** Why something could not be kept. */
  warn(message: string): void
}

/** An archive that can be read to its end, also when it is removed meanwhile. */
export interface OpenBlob {
  size: number
  /** A whole small one, or the pieces of a large one. */
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>
  /** It will not be read. */
  close(): void
}

/** An archive that arrives piece by piece. A disk that is full makes it wait in memory instead. */
export interface Spool {
  write(bytes: Uint8Array): void
  readonly size: number
  /** SHA-256 of what was written, in lower-case hex; nothing may be written any more. */
  finish(): string
  /** Keeps it under its hash. What could not be kept can be opened all the same. */
  keep(): KeptBlob
  drop(): void
}

export interface KeptBlob {
  open(): Promise<OpenBlob | undefined>
}

export interface KeptIndex {
  etag: string
  /** The body, as the origin sent it. */
  text: string
  /** When the origin last said so, epoch milliseconds. */
  checkedMs: number
}
