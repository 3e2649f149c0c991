// Runs while they go on: their events, resuming a stream, cancelling (serve.md 9.8).

import { expect, test } from 'bun:test'
import { formatEvent, openEventLog } from '#core/serve/eventLog.ts'
import { limits } from '#spec/limits.ts'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { homeWith } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'

interface Event {
  id?: string
  event?: string
  data?: Record<string, unknown>
}

const untilGo = 'until [ -e "$HOME/go" ]; do sleep 0.01; done'

/** Reads events until one satisfies `enough`, or all of them. */
async function readEvents(
  response: Response,
  enough: (event: Event) => boolean = () => false,
): Promise<Event[]> {
  const events: Event[] = []
  let rest = ''
  const decoder = new TextDecoder()
  const reader = response.body!.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return events
    const parts = (rest + decoder.decode(value, { stream: true })).split('\n\n')
    rest = parts.pop()!
    for (const part of parts) {
      const event = parseEvent(part)
      if (event.event) events.push(event)
      if (enough(event)) {
        await reader.cancel()
        return events
      }
    }
  }
}

function parseEvent(text: string): Event {
  const fields = text.split('\n').map((line) => /^(\w+): (.*)$/.exec(line)?.slice(1) ?? [])
  const { data, ...rest } = Object.fromEntries(fields) as Record<string, string>
  return { ...rest, ...(data && { data: JSON.parse(data) as Record<string, unknown> }) }
}

const asStream = { Accept: 'text/event-stream' }

function openPress(host: TestHost, name: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${host.origin}/api/buttons/${name}/press`, {
    method: 'POST',
    headers: asStream,
    ...init,
  })
}

test('a press streams what happens, numbered, the result last', async () => {
  const code =
    'echo one; echo two >&2; echo \'{"step":1}\' >> "$BUTTONS_PROGRESS_PATH"; printf three'
  const host = await serveHome(homeWith({ buttons: { talk: code } }))
  const response = await openPress(host, 'talk')
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const events = await readEvents(response)
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => String(index + 1)))
  expect(events[0]).toMatchObject({ event: 'started', data: { target: 'button/talk' } })
  const texts = (stream: string) =>
    events.filter(({ event }) => event === stream).map(({ data }) => data!['text'])
  expect(texts('stdout')).toEqual(['one', 'three'])
  expect(texts('stderr')).toEqual(['two'])
  expect(events.find(({ event }) => event === 'progress')?.data).toEqual({ step: 1 })
  expect(events.at(-1)).toMatchObject({
    event: 'result',
    data: { status: 'ok', stdout: 'one\nthree', run_id: events[0]!.data!['run_id'] },
  })
})

test('what keeps a press from starting is the last event', async () => {
  const host = await serveHome(homeWith({}))
  const events = await readEvents(await openPress(host, 'none'))
  expect(events).toMatchObject([{ event: 'error', data: { code: 'NOT_FOUND' } }])
})

test('a run is seen while it goes on, by any number of readers, who do not disturb it', async () => {
  const home = homeWith({ buttons: { wait: `echo begun; ${untilGo}; echo done` } })
  const host = await serveHome(home)
  const press = host.press('wait')
  const runId = await firstRun(host)
  expect((await host.ask(`/api/runs/${runId}`)).body.data).toMatchObject({
    run_id: runId,
    target: 'button/wait',
    status: 'running',
  })
  const path = `${host.origin}/api/runs/${runId}/events`
  const early = await readEvents(await fetch(path), ({ event }) => event === 'stdout')
  expect(early.map(({ event }) => event)).toEqual(['started', 'stdout'])
  const both = [fetch(path), fetch(path, { headers: { 'Last-Event-ID': '2' } })]
  const [whole, later] = await Promise.all(
    both.map(async (response) => {
      const reading = readEvents(await response)
      home.write('go', '')
      return reading
    }),
  )
  expect((await press).body.data).toMatchObject({ status: 'ok', run_id: runId })
  expect(whole!.map(({ event }) => event)).toEqual(['started', 'stdout', 'stdout', 'result'])
  expect(later!.map(({ id }) => id)).toEqual(['3', '4'])
  const after = await readEvents(await fetch(path, { headers: { 'Last-Event-ID': '3' } }))
  expect(after.map(({ event }) => event)).toEqual(['result'])
})

async function firstRun(host: TestHost): Promise<string> {
  for (;;) {
    const { runs } = (await host.ask('/api/runs?status=running')).body.data
    if (runs.length > 0) return runs[0].run_id as string
  }
}

test('readers beyond the limit are turned away, until one leaves', async () => {
  const home = homeWith({ buttons: { wait: untilGo } })
  const host = await serveHome(home, { 'max-readers': '1' })
  const started = await host.press('wait', {}, { headers: { Prefer: 'respond-async' } })
  const path = `/api/runs/${started.body.data.run_id}/events`
  const first = await fetch(host.origin + path)
  const second = await host.ask(path)
  expect([second.status, second.body.error.code]).toEqual([503, 'BUSY'])
  expect(second.headers.get('retry-after')).toBe('1')
  await first.body!.cancel()
  const again = async () => (await fetch(host.origin + path)).status
  while ((await again()) !== 200) await Bun.sleep(5)
  home.write('go', '')
})

test('a run of an earlier host is known by its record', async () => {
  const home = homeWith({ buttons: { hello: 'echo hi' } })
  const first = await serveHome(home)
  const { run_id } = (await first.press('hello')).body.data
  await first.stop()
  const second = await serveHome(home)
  const shown = await second.ask(`/api/runs/${run_id}`)
  expect(shown.body.data).toMatchObject({
    target: 'button/hello',
    run_id,
    record: { stdout: 'hi\n' },
  })
  const events = await readEvents(await fetch(`${second.origin}/api/runs/${run_id}/events`))
  expect(events).toMatchObject([{ event: 'result', data: { run_id } }])
  expect((await second.ask('/api/runs/0000000000000000')).status).toBe(404)
  expect((await second.ask('/api/runs/0000000000000000/events')).status).toBe(404)
})

test('a cancelled run ends with all it started, and only once', async () => {
  const home = homeWith({ buttons: { wait: untilGo } })
  const host = await serveHome(home)
  const press = host.press('wait')
  const runId = await firstRun(host)
  const cancel = () => host.ask(`/api/runs/${runId}/cancel`, { method: 'POST' })
  const cancelled = await cancel()
  expect(cancelled.status).toBe(202)
  expect(cancelled.body.data).toEqual({ run_id: runId, status: 'cancelling' })
  expect((await press).body.data).toMatchObject({
    status: 'cancelled',
    error_type: 'CANCELLED',
    exit_code: -1,
  })
  const again = await cancel()
  expect(again.status).toBe(409)
  expect(again.body.error.code).toBe('RUN_FINISHED')
  const unknown = await host.ask('/api/runs/ffffffffffffffff/cancel', { method: 'POST' })
  expect(unknown.status).toBe(404)
})

test('whoever leaves the stream of their press cancels it', async () => {
  const home = homeWith({ buttons: { wait: `echo begun; ${untilGo}` } })
  const host = await serveHome(home)
  const response = await openPress(host, 'wait')
  const [started] = await readEvents(response, ({ event }) => event === 'stdout')
  const runId = started!.data!['run_id'] as string
  const record = await until(() =>
    home.list('data/buttons/wait/pressed').find((name) => name.endsWith('Z.json')),
  )
  expect(JSON.parse(home.read(`data/buttons/wait/pressed/${record}`))).toMatchObject({
    run_id: runId,
    status: 'cancelled',
  })
})

test('a reader who comes late to much output finds a gap, then the end', async () => {
  const lines = limits.runEvents + 500
  const home = homeWith({ buttons: { much: `seq ${lines}; ${untilGo}` } })
  const host = await serveHome(home)
  const press = host.press('much')
  const runId = await firstRun(host)
  const path = `${host.origin}/api/runs/${runId}/events`
  await readEvents(await fetch(path), ({ data }) => data?.['text'] === String(lines))
  home.write('go', '')
  await press
  const events = await readEvents(await fetch(path))
  expect(events[0]!.event).toBe('gap')
  const { dropped } = events[0]!.data as { dropped: number }
  expect(Number(events[1]!.id)).toBe(dropped + 1)
  expect(events).toHaveLength(limits.runEvents + 1)
  expect(events.at(-1)!.event).toBe('result')
})

test('a list of runs is filtered and paged', async () => {
  const home = homeWith({ buttons: { good: 'echo', bad: 'exit 1' } })
  const host = await serveHome(home)
  for (const name of ['good', 'bad', 'good', 'bad', 'good']) await host.press(name)
  const statuses = async (query: string) =>
    (await host.ask(`/api/runs${query}`)).body.data.runs.map(({ target, status }: never) => [
      target,
      status,
    ]) as string[][]
  expect(await statuses('')).toHaveLength(5)
  expect(await statuses('?status=error')).toEqual([
    ['button/bad', 'error'],
    ['button/bad', 'error'],
  ])
  expect(await statuses('?target=drawer/good')).toEqual([])
  expect(await statuses('?target=Good')).toHaveLength(3)
  const first = (await host.ask('/api/runs?limit=2')).body.data
  const second = (await host.ask(`/api/runs?limit=2&before=${first.next}`)).body.data
  const third = (await host.ask(`/api/runs?limit=2&before=${second.next}`)).body.data
  const ids = [first, second, third].flatMap(({ runs }) =>
    runs.map(({ run_id }: { run_id: string }) => run_id),
  )
  expect(new Set(ids).size).toBe(5)
  expect(third.next).toBeNull()
  expect((await host.ask('/api/buttons/good/runs?limit=2')).body.data.runs).toHaveLength(2)
  expect((await host.ask('/api/buttons/bad/runs?status=ok')).body.data.runs).toEqual([])
})

test.each(['limit=0', 'limit=101', 'limit=x', 'status=fine', 'before=nonsense', 'since=yesterday'])(
  'the query %p is refused',
  async (query) => {
    const host = await serveHome(homeWith({}))
    const asked = await host.ask(`/api/runs?${query}`)
    expect(asked.status).toBe(400)
    expect(asked.body.error.code).toBe('VALIDATION_ERROR')
  },
)

test('an event log keeps the newest by number and by size, and its last always', () => {
  const log = openEventLog()
  for (let id = 1; id <= limits.runEvents + 10; id++) log.append('stdout', { id }, 1)
  expect(log.after(0)).toMatchObject({ dropped: 10 })
  expect(log.after(0).events).toHaveLength(limits.runEvents)
  expect(log.after(limits.runEvents + 8).events.map(({ id }) => id)).toEqual([
    limits.runEvents + 9,
    limits.runEvents + 10,
  ])
  expect(log.after(log.last)).toEqual({ dropped: 0, events: [] })
  log.append('result', {}, limits.runEventBytes * 2)
  expect(log.after(0).events.map(({ event }) => event)).toEqual(['result'])
})

test('an event is one frame, whatever its text holds', () => {
  const frame = formatEvent({ id: 7, event: 'stdout', data: { text: 'a\r\n\nb: c' } })
  expect(frame).toBe('id: 7\nevent: stdout\ndata: {"text":"a\\r\\n\\nb: c"}\n\n')
})
