// What starting a trivial script costs by itself: the part of a drawer's step that nobody can save.

/** Median milliseconds of one child after the other, both outputs read. */
export async function measureSpawn(script: string, count = 200): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const started = performance.now()
    const child = Bun.spawn(['/bin/sh', script], { stdout: 'pipe', stderr: 'pipe' })
    await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
    times.push(performance.now() - started)
  }
  return times.sort((a, b) => a - b)[count >> 1]!
}
