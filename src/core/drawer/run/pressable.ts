// What keeps a drawer from being run at all. Everything else that may be wrong with it shows while
// it runs (drawers.md 5.1, B18).

import { type Drawer, drawerSchemaVersions } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'

/** Throws VALIDATION_ERROR or FLOW_RUNTIME_REQUIRED. */
export function checkPressable({ name, schema_version, drawer_kind }: Drawer): void {
  if (!(drawerSchemaVersions as readonly number[]).includes(schema_version))
    throw fail(
      'VALIDATION_ERROR',
      `Cannot press drawer "${name}": its schema version ${schema_version} is not one of ${drawerSchemaVersions.join(', ')}`,
      { hint: 'Update buttons, or mend schema_version in drawer.json' },
    )
  if (drawer_kind === 'flow')
    throw fail('FLOW_RUNTIME_REQUIRED', `Cannot press "${name}": it is a flow drawer`, {
      hint: 'A flow runtime activates it; only action drawers are pressed',
    })
}
