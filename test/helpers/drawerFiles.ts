// Drawers written as files, as somebody's editor would.

import type { Home } from './home.ts'

/** Writes the folder of an action drawer into a home; `drawer` may set or replace any key. */
export function writeDrawer(home: Home, name: string, drawer: Record<string, unknown>): void {
  const file = {
    schema_version: 2,
    name,
    drawer_kind: 'action',
    version: '1',
    created_at: '2026-05-02T09:00:00Z',
    updated_at: '2026-05-02T09:00:00Z',
    steps: [],
    ...drawer,
  }
  home.write(`data/drawers/${name}/drawer.json`, JSON.stringify(file, null, 2))
}
