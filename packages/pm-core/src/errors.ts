/** What a person can put right: bad input, a missing file, a refused step. Its message never needs a stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable kebab-case identity to branch on, such as `gap-too-small`. */
  readonly code: string;
  /** What to do next, as a sentence or a command to type. */
  readonly next: string | undefined;

  constructor(code: string, message: string, options: { next?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.next = options.next;
  }
}
