// Sets a value deep inside a JSON value by path; missing objects on the way are made.

import { type Assignment, refuseAssignment } from './assignment.ts'

type Container = Record<string, unknown> | unknown[]

/** Null removes. Array members go by number; the number after the last one appends. */
export function setInside(
  root: Record<string, unknown>,
  path: readonly string[],
  assignment: Assignment,
): void {
  let container: Container = root
  for (const part of path.slice(0, -1)) container = enter(container, part, assignment)
  place(container, path.at(-1)!, assignment)
}

function enter(container: Container, part: string, assignment: Assignment): Container {
  const found = Array.isArray(container)
    ? container[memberIndex(container, part, assignment)]
    : container[part]
  if (typeof found === 'object' && found !== null) return found as Container
  if (found !== undefined && found !== null)
    throw refuseAssignment(assignment, `"${part}" is neither an object nor a list`)
  if (assignment.value === null) return {}
  const made = {}
  if (Array.isArray(container)) container[memberIndex(container, part, assignment)] = made
  else container[part] = made
  return made
}

function place(container: Container, part: string, assignment: Assignment): void {
  const { value } = assignment
  if (Array.isArray(container)) {
    const index = memberIndex(container, part, assignment)
    if (value === null) container.splice(index, 1)
    else container[index] = value
  } else if (value === null) delete container[part]
  else container[part] = value
}

function memberIndex(list: unknown[], part: string, assignment: Assignment): number {
  const index = /^\d{1,6}$/.test(part) ? Number(part) : -1
  if (index >= 0 && index <= list.length) return index
  throw refuseAssignment(assignment, `"${part}" is no place in a list of ${list.length}`)
}
