// Triggers inside the file of a button or a drawer: found by id, added, changed, taken out. Keys
// nobody knows stay.

type JsonObject = Record<string, unknown>

export function triggersOf(file: Readonly<JsonObject>): JsonObject[] {
  const { triggers } = file
  return Array.isArray(triggers) ? triggers.filter(isObject) : []
}

/** The trigger of an id, or undefined. */
export function findTrigger(file: Readonly<JsonObject>, id: string): JsonObject | undefined {
  return triggersOf(file).find((trigger) => trigger['id'] === id)
}

export function withTrigger(file: Readonly<JsonObject>, trigger: JsonObject): JsonObject {
  return { ...file, triggers: [...triggersOf(file), trigger] }
}

/** The file without a trigger; without any, the key goes as well. */
export function withoutTrigger(file: Readonly<JsonObject>, id: string): JsonObject {
  const rest = triggersOf(file).filter((trigger) => trigger['id'] !== id)
  const { triggers: _, ...others } = file
  return rest.length > 0 ? { ...file, triggers: rest } : others
}

/** A trigger works unless it says otherwise, so a resumed one says nothing. */
export function withEnabled(file: Readonly<JsonObject>, id: string, enabled: boolean): JsonObject {
  const change = (trigger: JsonObject): JsonObject => {
    if (trigger['id'] !== id) return trigger
    const { enabled: _, ...rest } = trigger
    return enabled ? rest : { ...rest, enabled: false }
  }
  return { ...file, triggers: triggersOf(file).map(change) }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
