import { mkdirSync } from 'node:fs'
import type { Store } from '#store/store.ts'
import { checkJournals } from '../conformance/journal.ts'
import { checkRunStore } from '../conformance/store.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { openStore } from '../helpers/records.ts'

const homes = new Map<Store, Home>()

async function openIn(home: Home): Promise<Store> {
  const store = await openStore(home)
  homes.set(store, home)
  return store
}

const reopen = (store: Store) => openStore(homes.get(store)!)

checkRunStore('file', { open: () => openIn(emptyHome()), reopen })

// With something in the place of its index the files answer by themselves, and say the same.
checkRunStore('file, without its index', {
  open: () => {
    const home = emptyHome()
    mkdirSync(`${home.data}/state.db/in-the-way`, { recursive: true })
    return openIn(home)
  },
  reopen,
})

checkJournals('file', { open: () => openIn(emptyHome()), reopen })
