// Projects: a home whose working directory holds a .buttons folder inside a git repository, so that
// commands find it by walking up and keep the repository's files in step.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { emptyHome, type Home } from './home.ts'

export interface ProjectOptions {
  /** Make the working directory a repository. */
  git?: boolean
}

/** Paths of `read`, `write` and `list` still begin at the root: the project is `work/`. */
export function emptyProject({ git = true }: ProjectOptions = {}): Home {
  const home = emptyHome()
  const { BUTTONS_HOME: _, ...env } = home.env
  const data = join(home.cwd, '.buttons')
  mkdirSync(data, { mode: 0o700 })
  if (git) mkdirSync(join(home.cwd, '.git'))
  return { ...home, data, env }
}
