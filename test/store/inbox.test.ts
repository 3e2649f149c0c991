// The inbox: nothing it said yes to is lost, nothing is run twice at once.

import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import { limits } from '#spec/limits.ts'
import { emptyHome } from '../helpers/home.ts'
import { deliveryOf, inboxOf } from '../helpers/inbox.ts'

async function acceptedId(inbox: ReturnType<typeof inboxOf>, delivery = deliveryOf()) {
  const acceptance = await inbox.accept(delivery)
  if (acceptance.kind === 'full') throw new Error('full')
  return acceptance.id
}

test('what was accepted is claimed once, with everything that came', async () => {
  const inbox = inboxOf(emptyHome())
  const id = await acceptedId(inbox)
  const [claim, ...others] = await inbox.claimAll()
  expect(others).toEqual([])
  expect(claim).toMatchObject({
    id,
    target: { kind: 'drawer', name: 'main' },
    attempt: 1,
    path: '/x',
    query: { q: '1' },
    headers: { 'Content-Type': 'application/json' },
    replayed: false,
  })
  expect(new TextDecoder().decode(claim!.body)).toBe('{"a":1}')
  expect(await inbox.claimAll()).toEqual([])
  expect(await inbox.finish(claim!, { status: 'ok' })).toBe(true)
  expect(inbox.find(id)).toMatchObject({ status: 'ok', attempt: 1, run_id: claim!.runId })
  expect(await inbox.finish(claim!, { status: 'failed' })).toBe(false)
})

test('deliveries that come together are one commit', async () => {
  const commits: number[] = []
  const inbox = inboxOf(emptyHome(), { onCommit: (_, acts) => void commits.push(acts) })
  await Promise.all(Array.from({ length: 50 }, () => inbox.accept(deliveryOf())))
  expect(commits).toEqual([50])
  expect(inbox.stats()).toMatchObject({ pending: 50, running: 0, bytes: 350 })
})

test('the file and what SQLite keeps beside it are for their owner alone', async () => {
  const home = emptyHome()
  const inbox = inboxOf(home)
  await inbox.accept(deliveryOf())
  for (const name of ['inbox.db', 'inbox.db-wal', 'inbox.db-shm'])
    expect(statSync(join(home.data, name)).mode & 0o777).toBe(0o600)
})

test('the same delivery id is the same delivery', async () => {
  const inbox = inboxOf(emptyHome())
  const same = deliveryOf({ dedupeKey: 'k' })
  const id = await acceptedId(inbox, same)
  expect(await inbox.accept(same)).toEqual({ kind: 'duplicate', id })
  const [claim] = await inbox.claimAll()
  expect(await inbox.accept(same)).toEqual({ kind: 'duplicate', id })
  await inbox.finish(claim!, { status: 'ok' })
  expect(await inbox.accept(same)).toEqual({ kind: 'duplicate', id })
  const elsewhere = { ...same, lane: 'drawer/other/webhook:/y' }
  expect(await inbox.accept(elsewhere)).toMatchObject({ kind: 'accepted' })
})

test.each(['failed', 'dead', 'cancelled'] as const)(
  'one that ended %s gets a further attempt when its sender repeats it',
  async (status) => {
    const inbox = inboxOf(emptyHome())
    const same = deliveryOf({ dedupeKey: 'k' })
    const id = await acceptedId(inbox, same)
    const [claim] = await inbox.claimAll()
    await inbox.finish(claim!, { status, errorCode: 'SCRIPT_ERROR', errorMessage: 'no' })
    expect(await inbox.accept(same)).toEqual({ kind: 'accepted', id })
    expect(inbox.find(id)).toMatchObject({ status: 'accepted', max_attempts: 2 })
    expect(await inbox.claimAll()).toMatchObject([{ id, attempt: 2 }])
  },
)

test('lanes take turns, each in its order', async () => {
  const inbox = inboxOf(emptyHome())
  for (const lane of ['a', 'a', 'a', 'a', 'b', 'b', 'c'])
    await inbox.accept(deliveryOf({ lane, path: `/${lane}` }))
  const order: string[] = []
  for (let round = 0; round < 7; round++)
    order.push(...(await inbox.claimAll(undefined, 1)).map(({ lane }) => lane))
  expect(order.join('')).toBe('abcabaa')
})

test('the oldest of a lane comes first', async () => {
  const inbox = inboxOf(emptyHome())
  const ids: string[] = []
  for (let at = 0; at < 20; at++) ids.push(await acceptedId(inbox))
  expect((await inbox.claimAll()).map(({ id }) => id)).toEqual(ids)
  expect(ids).toEqual(ids.toSorted())
})

test('a lane runs only so many at once, over all hosts', async () => {
  const home = emptyHome()
  const [one, two] = [inboxOf(home), inboxOf(home)]
  for (let at = 0; at < 5; at++) await one.accept(deliveryOf())
  const first = await one.claimAll(2)
  expect(first).toHaveLength(2)
  expect(await two.claimAll(2)).toEqual([])
  await one.finish(first[0]!, { status: 'ok' })
  expect(await two.claimAll(2)).toHaveLength(1)
})

test('what is put off waits for its time', async () => {
  const inbox = inboxOf(emptyHome())
  const id = await acceptedId(inbox)
  const [claim] = await inbox.claimAll()
  const due = Date.parse('2026-05-02T09:00:10Z')
  await inbox.retry(claim!, due, { status: 'failed', errorCode: 'TIMEOUT', errorMessage: 'slow' })
  expect(inbox.find(id)).toMatchObject({
    status: 'accepted',
    error_code: 'TIMEOUT',
    next_attempt_at: '2026-05-02T09:00:10.000Z',
  })
  expect(await inbox.claimAll()).toEqual([])
  inbox.pass(10_000)
  expect(await inbox.claimAll()).toMatchObject([{ id, attempt: 2 }])
})

test('what a closed host had claimed is taken back at once, three times', async () => {
  const home = emptyHome()
  const id = await acceptedId(inboxOf(home), deliveryOf())
  for (const attempt of [1, 2, 3]) {
    const inbox = inboxOf(home)
    const [claim] = await inbox.claimAll()
    expect(claim).toMatchObject({ id, attempt })
    await inbox.close()
    const next = inboxOf(home)
    expect(await next.recover()).toEqual(
      attempt < 3 ? { again: 1, dead: 0 } : { again: 0, dead: 1 },
    )
    await next.close()
  }
  expect(inboxOf(home).find(id)).toMatchObject({ status: 'dead', error_code: 'INTERRUPTED' })
})

test('what its host had not come to begin is run however often hosts die, but not for ever', async () => {
  const home = emptyHome()
  const id = await acceptedId(inboxOf(home), deliveryOf())
  for (let attempt = 1; ; attempt++) {
    const inbox = inboxOf(home, {}, {}, () => false)
    expect(await inbox.claimAll()).toMatchObject([{ id, attempt }])
    await inbox.close()
    const next = inboxOf(home, {}, {}, () => false)
    const { dead } = await next.recover()
    await next.close()
    if (dead === 0) continue
    expect(attempt).toBe(1 + limits.unbegunAttempts)
    break
  }
})

test('a host that starts clears up after those that died without a claim', async () => {
  const home = emptyHome()
  const living = inboxOf(home)
  home.write('data/hosts/0123456789abcdef.lock', '')
  const next = inboxOf(home)
  expect(readdirSync(join(home.data, 'hosts'))).toHaveLength(2)
  await living.close()
  await next.close()
  expect(readdirSync(join(home.data, 'hosts'))).toEqual([])
})

test('the fire of a schedule is not run again when its host died', async () => {
  const home = emptyHome()
  const inbox = inboxOf(home)
  const id = await acceptedId(inbox, deliveryOf({ source: 'cron', rerun: false }))
  await inbox.claimAll()
  await inbox.close()
  const next = inboxOf(home)
  expect(await next.recover()).toEqual({ again: 0, dead: 1 })
  expect(next.find(id)).toMatchObject({ status: 'dead' })
})

test('a living host keeps its claims, however long it has been silent', async () => {
  const home = emptyHome()
  const [one, two] = [inboxOf(home), inboxOf(home)]
  await one.accept(deliveryOf())
  const [claim] = await one.claimAll()
  two.pass(3_600_000)
  expect(await two.recover()).toEqual({ again: 0, dead: 0 })
  expect(await one.finish(claim!, { status: 'ok' })).toBe(true)
})

test('a host on another machine counts as gone once it is silent for long', async () => {
  const home = emptyHome()
  const real = openBunHost()
  const platform = { ...real.platform, hostname: 'elsewhere' }
  const far = inboxOf(home, {}, { platform })
  const near = inboxOf(home)
  await far.accept(deliveryOf())
  const [claim] = await far.claimAll()
  near.pass(29_000)
  expect(await near.recover()).toEqual({ again: 0, dead: 0 })
  near.pass(2_000)
  expect(await near.recover()).toEqual({ again: 1, dead: 0 })
  const [second] = await near.claimAll()
  expect(second).toMatchObject({ attempt: 2 })
  // It was only slow: what it says now counts no more.
  expect(await far.finish(claim!, { status: 'ok' })).toBe(false)
  expect(await near.finish(second!, { status: 'ok' })).toBe(true)
})

test('a claim that is given back waits again', async () => {
  const inbox = inboxOf(emptyHome())
  await inbox.accept(deliveryOf())
  const [claim] = await inbox.claimAll()
  expect(await inbox.release(claim!)).toBe(true)
  expect(await inbox.claimAll()).toMatchObject([{ id: claim!.id, attempt: 2 }])
})

test('a replay is a new delivery with the old content', async () => {
  const inbox = inboxOf(emptyHome())
  const id = await acceptedId(
    inbox,
    deliveryOf({ dedupeKey: 'k', plan: { retry: { max_attempts: 4 } } }),
  )
  const [claim] = await inbox.claimAll()
  await inbox.finish(claim!, { status: 'failed' })
  inbox.pass(60_000)
  const copy = await inbox.replay(id)
  expect(inbox.find(copy)).toMatchObject({
    source: 'replay',
    replay_of: id,
    received_at: '2026-05-02T09:00:00.000Z',
    status: 'accepted',
    attempt: 0,
    max_attempts: 4,
  })
  const [again] = await inbox.claimAll()
  expect(again).toMatchObject({ id: copy, replayed: true, attempt: 1 })
  expect(again!.body).toEqual(claim!.body)
})

test('what is not there or not whole any more cannot be replayed', async () => {
  const inbox = inboxOf(emptyHome())
  const id = await acceptedId(inbox)
  const [claim] = await inbox.claimAll()
  await inbox.finish(claim!, { status: 'ok' })
  inbox.pass(25 * 3600 * 1000)
  await inbox.prune()
  expect(inbox.replay(id)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
  expect(inbox.replay('dlv_none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('what is finished is forgotten after its time, what waits never', async () => {
  const inbox = inboxOf(emptyHome(), { retainMs: 1000 })
  const waiting = await acceptedId(inbox, deliveryOf({ dueMs: Date.parse('2027-01-01T00:00:00Z') }))
  const done = await acceptedId(inbox)
  const [claim] = await inbox.claimAll()
  await inbox.finish(claim!, { status: 'dead' })
  inbox.pass(2000)
  await inbox.prune()
  expect(inbox.find(done)).toBeUndefined()
  expect(inbox.find(waiting)).toBeDefined()
})

test('an inbox that is full says so, and takes more once there is room', async () => {
  const inbox = inboxOf(emptyHome(), { maxPending: 2, maxPendingBytes: 20 })
  await inbox.accept(deliveryOf())
  await inbox.accept(deliveryOf())
  expect(await inbox.accept(deliveryOf())).toEqual({ kind: 'full', why: 'rows' })
  await inbox.claimAll()
  expect(await inbox.accept(deliveryOf())).toMatchObject({ kind: 'accepted' })
  const large = deliveryOf({ body: new Uint8Array(14) })
  expect(await inbox.accept(large)).toEqual({ kind: 'full', why: 'bytes' })
})

test('lists show the newest first, by status, target and page', async () => {
  const inbox = inboxOf(emptyHome())
  const ids: string[] = []
  for (const name of ['a', 'b', 'a'])
    ids.push(await acceptedId(inbox, deliveryOf({ target: { kind: 'button', name }, lane: name })))
  const idsOf = (query: Parameters<typeof inbox.list>[0]) => inbox.list(query).map(({ id }) => id)
  expect(idsOf({ limit: 10 })).toEqual(ids.toReversed())
  expect(idsOf({ limit: 10, target: 'a' })).toEqual([ids[2]!, ids[0]!])
  expect(idsOf({ limit: 1, before: ids[2]! })).toEqual([ids[1]!])
  expect(idsOf({ limit: 10, status: 'running' })).toEqual([])
})

test('lanes remember when they last accepted something', async () => {
  const inbox = inboxOf(emptyHome())
  await inbox.accept(deliveryOf({ lane: 'x', receivedMs: 5000 }))
  await inbox.accept(deliveryOf({ lane: 'x', receivedMs: 7000 }))
  expect([...inbox.lastFires()]).toEqual([['x', 7000]])
})

test('a file that is no inbox is refused and left as it is', () => {
  const home = emptyHome()
  home.write(
    'data/inbox.db',
    'something else entirely, and longer than a header of SQLite'.repeat(50),
  )
  const before = home.read('data/inbox.db')
  expect(() => inboxOf(home)).toThrow('Cannot open')
  expect(home.read('data/inbox.db')).toBe(before)
})

test('what cannot be kept is not accepted, and takes nothing else with it', async () => {
  const home = emptyHome()
  const inbox = inboxOf(home)
  const other = new Database(join(home.data, 'inbox.db'))
  other.run(`CREATE TRIGGER no BEFORE INSERT ON deliveries WHEN new.lane = 'bad'
    BEGIN SELECT RAISE(ABORT, 'no room'); END`)
  const [good, bad, alsoGood] = await Promise.allSettled(
    ['a', 'bad', 'b'].map((lane) => inbox.accept(deliveryOf({ lane }))),
  )
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_ERROR' } })
  expect([good, alsoGood]).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
  expect(inbox.stats().pending).toBe(2)
})

test('a closed inbox takes nothing', async () => {
  const inbox = inboxOf(emptyHome())
  await inbox.close()
  expect(inbox.accept(deliveryOf())).rejects.toMatchObject({ code: 'STORAGE_ERROR' })
})
