// The one error of the expression engine. Callers turn it into RESOLVE_ERROR or RETURN_ERROR; here
// it only says what kind of trouble it is, why, and where in the expression.

/**
 * absent: something that is not there (the only kind `??` catches); limit: too much work;
 * syntax: the text is no expression; evaluation: everything else, such as a division by zero.
 */
export type ExpressionErrorKind = 'absent' | 'limit' | 'syntax' | 'evaluation'

/** `message` is the bare reason. `expression` is the source text, as the user wrote it. */
export class ExpressionError extends Error {
  readonly kind: ExpressionErrorKind
  readonly hint: string | undefined
  /** Where in `expression`, in UTF-16 units from 0; undefined when no single place is to blame. */
  offset: number | undefined
  expression = ''

  constructor(
    kind: ExpressionErrorKind,
    message: string,
    place: { offset?: number | undefined; hint?: string | undefined } = {},
  ) {
    super(message)
    this.name = 'ExpressionError'
    this.kind = kind
    this.offset = place.offset
    this.hint = place.hint
  }
}

/**
 * Line and column (both from 1, columns in UTF-16 units) of an offset in a text. A function, since
 * JavaScriptCore gives every error properties of these names, about our own source.
 */
export function findPosition(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}

const shownCharacters = 500

/** ``reference ${<expression>}: <reason>``, the message of a step error. */
export function formatExpressionError(error: ExpressionError): string {
  const text = error.expression
  // No expression is to blame: the text as a whole grew too long.
  if (text === '') return error.message
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
  return `reference \${${shown}}: ${error.message}`
}

/** Something that is not there. */
export function absent(message: string, hint?: string): ExpressionError {
  return new ExpressionError('absent', message, { hint })
}

/** A value that cannot be used like this. */
export function wrong(message: string, hint?: string): ExpressionError {
  return new ExpressionError('evaluation', message, { hint })
}

/** More than we are willing to compute. */
export function overLimit(message: string): ExpressionError {
  return new ExpressionError('limit', message)
}

/** Runs something about one expression; an ExpressionError out of it carries the source text. */
export function within<T>(expression: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof ExpressionError && error.expression === '') error.expression = expression
    throw error
  }
}
