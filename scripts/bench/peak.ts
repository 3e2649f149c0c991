// Peak memory of one process. Asked of the kernel directly, a child counts at least what its parent
// held when it was started, and this benchmark is larger than what it measures; so a small process
// stands between, starts the command, and reports what its own children used.

import type { Subject } from './measure.ts'

const getrusage = process.arch === 'arm64' ? 165 : 98
const script = `
  my $pid = fork; if (!$pid) { open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null'; exec @ARGV }
  waitpid $pid, 0; my $usage = "\\0" x 144; syscall ${getrusage}, -1, $usage; print unpack 'x32 q', $usage`

/** Bytes of the largest of three runs, or undefined where there is no perl or another kernel. */
export async function findPeakBytes({ command, env }: Subject): Promise<number | undefined> {
  const perl = process.platform === 'linux' ? Bun.which('perl') : null
  if (perl === null) return undefined
  let peak = 0
  for (let run = 0; run < 3; run++) {
    const child = Bun.spawn([perl, '-e', script, ...command], { env, stdout: 'pipe' })
    peak = Math.max(peak, Number(await child.stdout.text()) * 1024)
  }
  return peak
}
