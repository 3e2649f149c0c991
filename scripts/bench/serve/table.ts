// The figures of the host for people: a line for each side of each case.

import type { ServeFigures } from './index.ts'

export function printServe(figures: ServeFigures): void {
  const { readyMs, presses, webhooks, events, memory, runs } = figures
  for (const [name, { p50, max }] of Object.entries(readyMs))
    line('start to ready', name, `p50 ${ms(p50)}  max ${ms(max)}`)
  for (const { connections, figures: each, ratios } of presses) {
    for (const [name, { perSecond, p50, p99, errors }] of Object.entries(each)) {
      const times = `p50 ${ms(p50)}  p99 ${ms(p99)}  errors ${(errors * 100).toFixed(1)} %`
      line(`press, ${connections} conn.`, name, `${rate(perSecond)}  ${times}`, of(ratios, name))
    }
  }
  for (const [name, one] of Object.entries(webhooks.figures)) {
    const { acceptedPerSecond, p99, startedPerSecond, lost } = one
    const text = `accepted ${rate(acceptedPerSecond)}  p99 ${ms(p99)}  started ${rate(startedPerSecond)}  lost ${lost}`
    line('webhooks', name, text, of(webhooks.ratios, name))
  }
  if (events) {
    const { readers, p50, p99, perSecond, skipped } = events
    const text = `p50 ${ms(p50)}  p99 ${ms(p99)}  ${rate(perSecond)}  skipped ${(skipped * 100).toFixed(1)} %`
    line(`events, ${readers} readers`, 'ours', text)
  }
  for (const [name, { startedBytes, pressedBytes }] of Object.entries(memory))
    line('idle memory', name, `${mb(startedBytes)}, after ${runs} presses ${mb(pressedBytes)}`)
}

function line(what: string, side: string, text: string, ratio?: number): void {
  const end = ratio === undefined ? '' : `  | ratio ${ratio.toFixed(2)}`
  console.log(`${what.padEnd(20)} ${side.padEnd(8)} ${text}${end}`)
}

function of(ratios: Readonly<Record<string, number | undefined>>, name: string) {
  return ratios[name]
}

const ms = (value: number) => `${value.toFixed(2)} ms`
const rate = (value: number) => `${value.toFixed(0)}/s`
const mb = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`
