// Counters, gauges and histograms in the text format of Prometheus, version 0.0.4.

export interface Counter {
  add(labels: readonly string[], by?: number): void
}

export interface Histogram {
  observe(labels: readonly string[], value: number): void
}

export interface Family {
  render(): string
}

/** Beyond this many series of a family the rest is counted under `other`. */
const maxSeries = 2000

interface Named {
  name: string
  help: string
  labels: readonly string[]
}

export function counter(named: Named): Counter & Family {
  const series = openSeries(named.labels.length, () => ({ value: 0 }))
  return {
    add: (labels, by = 1) => void (series.get(labels).value += by),
    render: () =>
      head(named, 'counter') +
      series
        .all()
        .map(([labels, { value }]) => line(named.name, named.labels, labels, value))
        .join(''),
  }
}

/** What `read` says when somebody asks: values by their labels. */
export function gauge(named: Named, read: () => readonly [readonly string[], number][]): Family {
  return {
    render: () =>
      head(named, 'gauge') +
      read()
        .map(([labels, value]) => line(named.name, named.labels, labels, value))
        .join(''),
  }
}

/** Upper bounds in seconds; the last bucket, +Inf, is implied. */
export const secondBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
] as const

export function histogram(
  named: Named,
  bounds: readonly number[] = secondBuckets,
): Histogram & Family {
  const series = openSeries(named.labels.length, () => ({
    buckets: Array.from({ length: bounds.length + 1 }, () => 0),
    sum: 0,
  }))
  return {
    observe: (labels, value) => {
      const one = series.get(labels)
      const at = bounds.findIndex((bound) => value <= bound)
      one.buckets[at < 0 ? bounds.length : at]!++
      one.sum += value
    },
    render: () =>
      head(named, 'histogram') +
      series
        .all()
        .map(([labels, one]) => renderBuckets(named, labels, one, bounds))
        .join(''),
  }
}

function renderBuckets(
  { name, labels: names }: Named,
  labels: readonly string[],
  { buckets, sum }: { buckets: readonly number[]; sum: number },
  bounds: readonly number[],
): string {
  let count = 0
  const lines = buckets.map((inside, index) => {
    count += inside
    const bound = index < bounds.length ? String(bounds[index]) : '+Inf'
    return line(`${name}_bucket`, [...names, 'le'], [...labels, bound], count)
  })
  return `${lines.join('')}${line(`${name}_sum`, names, labels, sum)}${line(`${name}_count`, names, labels, count)}`
}

function openSeries<T>(labelCount: number, create: () => T) {
  const byKey = new Map<string, { labels: readonly string[]; value: T }>()
  const find = (labels: readonly string[]): T => {
    const key = labels.join('\0')
    const known = byKey.get(key)
    if (known) return known.value
    if (byKey.size >= maxSeries && labels.some((label) => label !== 'other'))
      return find(Array.from({ length: labelCount }, () => 'other'))
    const value = create()
    byKey.set(key, { labels: [...labels], value })
    return value
  }
  return {
    get: find,
    all: () => [...byKey.values()].map(({ labels, value }) => [labels, value] as const),
  }
}

function head({ name, help }: Named, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function line(
  name: string,
  names: readonly string[],
  labels: readonly string[],
  value: number,
): string {
  const pairs = names.map((label, index) => `${label}="${escapeLabel(labels[index] ?? '')}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
