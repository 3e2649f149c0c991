// How systems call their C library.

export type LibcArch = 'x86_64' | 'aarch64'

/** On Linux: glibc, musl, and whatever a development package points at. */
export function libraryNames(arch: LibcArch): string[] {
  if (process.platform === 'darwin') return ['libSystem.B.dylib']
  return ['libc.so.6', `libc.musl-${arch}.so.1`, 'libc.so']
}
