// Names of unfinished files: where a process died while it wrote one, it lies about until `gc` finds
// it. It is no content of anything.

/** Whether a base name is one that `host.files.replace` gives a file until it is whole. */
export function isUnfinished(base: string): boolean {
  return base.startsWith('.tmp-') && unfinished.test(base)
}

const unfinished = /^\.tmp-\d+-\d+-[\da-f]+$/
