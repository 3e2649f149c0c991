// What the module bun:ffi is made of. Loading that module, whose functions turn every kind of argument
// into what these take, costs a press a twentieth of its time; here pointers are numbers already.

interface Foreign {
  /** Throws when the library or one of the symbols is not there. */
  dlopen(library: string, symbols: object): { symbols: object }
  /** The address of a buffer, which must stay alive as long as somebody uses it. */
  ptr(buffer: Uint8Array): number
  read: { i32(pointer: number, offset: number): number }
}

export const foreign: Foreign = (Bun as unknown as { FFI: Foreign }).FFI
