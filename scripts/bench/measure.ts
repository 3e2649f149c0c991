// Measures whole processes, interleaved: A B A B …, so that both meet the same machine.

import { findPeakBytes } from './peak.ts'
import { quantile } from './quantile.ts'

export interface Subject {
  name: string
  command: readonly string[]
  env: Record<string, string>
}

export interface Figures {
  p50: number
  p95: number
  min: number
  /** Of the largest run; absent where it cannot be told. */
  peakBytes?: number
}

/** Milliseconds and peak memory of each subject over `rounds` counted runs after some warm-up. */
export async function measure(subjects: readonly Subject[], rounds: number): Promise<Figures[]> {
  const times = subjects.map((): number[] => [])
  for (let round = -3; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const ms = await runOnce(subject)
      if (round >= 0) times[index]!.push(ms)
    }
  }
  return Promise.all(
    times.map(async (all, index) => {
      const peakBytes = await findPeakBytes(subjects[index]!)
      return { ...quantiles(all), ...(peakBytes !== undefined && { peakBytes }) }
    }),
  )
}

async function runOnce({ name, command, env }: Subject): Promise<number> {
  const started = performance.now()
  const child = Bun.spawn([...command], { env, stdio: ['ignore', 'ignore', 'ignore'] })
  const status = await child.exited
  const ms = performance.now() - started
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${command.join(' ')}`)
  return ms
}

function quantiles(times: number[]): Omit<Figures, 'peakBytes'> {
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), min: Math.min(...times) }
}
