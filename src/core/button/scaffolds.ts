// The scripts and instruction files that new buttons start with. A fresh scaffold runs successfully
// and prints nothing; it tells whoever edits it where the code goes and how arguments arrive.

import { type ArgDef, type RuntimeName, untouchedInstructions } from '#spec/button.ts'
import { variableName } from '#core/args/variables.ts'
import { canonicalRuntime } from './runtime.ts'

interface Scaffold {
  /** Lines above the comment: the shebang and what makes the language strict. */
  head: readonly string[]
  /** What begins a comment line. */
  comment: string
  /** How a script of this language reads a variable. */
  read(variable: string): string
  /** Lines below the comment. */
  tail?: readonly string[]
}

const shell: Scaffold = {
  head: ['#!/bin/sh', 'set -eu'],
  comment: '#',
  read: (variable) => `"$${variable}"`,
}

const scaffolds: Partial<Record<RuntimeName, Scaffold>> = {
  shell,
  bash: { ...shell, head: ['#!/usr/bin/env bash', 'set -euo pipefail'] },
  python: {
    head: ['#!/usr/bin/env python3'],
    comment: '#',
    read: (variable) => `os.environ["${variable}"]`,
  },
  node: {
    head: ['#!/usr/bin/env node'],
    comment: '//',
    read: (variable) => `process.env.${variable}`,
  },
  bun: {
    head: ['#!/usr/bin/env bun'],
    comment: '//',
    read: (variable) => `process.env.${variable}`,
    // Makes it a module, so that `await` and imports work from the first line on.
    tail: ['export {}'],
  },
}

/** The text of a new main file; an unknown runtime gets the shell's. */
export function scaffoldCode(runtime: string, args: readonly ArgDef[]): string {
  const scaffold = scaffolds[canonicalRuntime(runtime) as RuntimeName] ?? shell
  const remarks = [
    'Put the code of this button below.',
    `An argument arrives as the environment variable BUTTONS_ARG_<NAME>: ${scaffold.read('BUTTONS_ARG_NAME')}.`,
    ...args.map((arg) => describeArg(arg, scaffold)),
    'What is printed to stdout is the result; an exit status other than 0 is a failure.',
  ].map((line) => `${scaffold.comment} ${line}`)
  const tail = scaffold.tail ? ['', ...scaffold.tail] : []
  return [...scaffold.head, ...remarks, ...tail, ''].join('\n')
}

function describeArg(arg: ArgDef, scaffold: Scaffold): string {
  const type = arg.values ? arg.values.map(oneLine).join(' | ') : arg.type
  const presence = arg.required ? 'required' : 'optional'
  return `  ${scaffold.read(variableName(arg.name))}  ${type}, ${presence}`
}

// A line break in a value would end the comment.
function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ')
}

/** The instruction file of a new button: its prompt, or a template that waits for notes. */
export function instructionText(name: string, description?: string, prompt?: string): string {
  if (prompt !== undefined) return `${prompt}\n`
  const head = description === undefined ? [`# ${name}`] : [`# ${name}`, '', description]
  const notes = `${untouchedInstructions}: what it is for, when to press it, what to expect._`
  return [...head, '', '## Notes', '', notes, ''].join('\n')
}
