// The value a button's output stands for, as later steps and schemas see it.

/** Blank is null, one JSON text is that value, anything else is the text itself, untrimmed. */
export function outputValue(stdout: string): unknown {
  if (stdout.trim() === '') return null
  try {
    return JSON.parse(stdout)
  } catch {
    return stdout
  }
}
