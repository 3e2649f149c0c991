import { expect, test } from 'bun:test'
import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import { emptyHome } from '../helpers/home.ts'

const { locks } = openBunHost()

test('a lock is held by one, also inside one process', () => {
  const path = join(emptyHome().root, 'slot.lock')
  const held = locks.tryLock(path)
  expect(held).toBeDefined()
  expect(locks.tryLock(path)).toBeUndefined()
  held!.release()
  const again = locks.tryLock(path)
  expect(again).toBeDefined()
  again!.release()
})

test('the lock of a holder that was killed is free', async () => {
  const path = join(emptyHome().root, 'slot.lock')
  const program = `
    import { openBunHost } from '#host/bun.ts'
    openBunHost().locks.tryLock(${JSON.stringify(path)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const holder = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe' })
  await holder.stdout.getReader().read()
  expect(locks.tryLock(path)).toBeUndefined()
  holder.kill('SIGKILL')
  await holder.exited
  const lock = locks.tryLock(path)
  expect(lock).toBeDefined()
  lock!.release()
})

test('what the holder starts does not keep the lock', async () => {
  const path = join(emptyHome().root, 'slot.lock')
  const held = locks.tryLock(path)
  const child = Bun.spawn(['/bin/sh', '-c', 'echo up; exec sleep 600'], { stdout: 'pipe' })
  await child.stdout.getReader().read()
  held!.release()
  const lock = locks.tryLock(path)
  expect(lock).toBeDefined()
  lock!.release()
  child.kill('SIGKILL')
})

test('a lock file is private', async () => {
  const home = emptyHome()
  const path = join(home.root, 'slot.lock')
  locks.lock(path).release()
  const { mode } = await Bun.file(path).stat()
  expect(mode & 0o777).toBe(0o600)
})

test('a lock that cannot be taken says why', () => {
  expect(() => locks.tryLock('/nowhere/at/all')).toThrow(/ENOENT/)
})

test('a file is created locked, and only once', () => {
  const path = join(emptyHome().root, 'run')
  const held = locks.create(path)
  held.append('one\n')
  expect(() => locks.create(path)).toThrow(/EEXIST/)
  const watch = locks.watch(path)!
  expect(watch.isHeld()).toBe(true)
  expect(watch.text()).toBe('one\n')
  expect(locks.adopt(path)).toBe('held')
  held.append('two\n')
  held.release()
  expect(watch.isHeld()).toBe(false)
  expect(watch.text()).toBe('one\ntwo\n')
  const again = locks.adopt(path)
  if (again === undefined || again === 'held') throw new Error('it is free')
  again.append('three\n')
  expect(watch.isHeld()).toBe(true)
  expect(watch.text()).toBe('one\ntwo\nthree\n')
  again.release()
  watch.close()
})

test('nobody holds, watches or takes over a file that is not there', () => {
  const path = join(emptyHome().root, 'none')
  expect(locks.watch(path)).toBeUndefined()
  expect(locks.adopt(path)).toBeUndefined()
})

test('a watcher is woken when the holder lets go, and reads what was removed', async () => {
  const path = join(emptyHome().root, 'run')
  const held = locks.create(path)
  const watch = locks.watch(path)!
  const woken = watch.wait(new AbortController().signal)
  held.append('last words\n')
  unlinkSync(path)
  held.release()
  await woken
  expect(watch.text()).toBe('last words\n')
  watch.close()
})

test('a watcher that gives up leaves the lock as it is', async () => {
  const path = join(emptyHome().root, 'run')
  const held = locks.create(path)
  const watch = locks.watch(path)!
  const given = new AbortController()
  const waited = watch.wait(given.signal)
  given.abort()
  await waited
  expect(watch.isHeld()).toBe(true)
  held.release()
  watch.close()
})
