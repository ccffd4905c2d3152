import { ERRORS, type Diagnostic, type ErrorCode } from '@rehearse/contracts';

/** What a problem document may list: findings in a document, or fields of a request. */
export type ProblemEntry = Diagnostic | { path: string; message: string };

export interface AppErrorOptions {
  errors?: readonly ProblemEntry[] | undefined;
  /** Headers of the answer, such as Retry-After. */
  headers?: Readonly<Record<string, string>> | undefined;
  cause?: unknown;
}

/** An error that a client may see: a code of the catalogue and a sentence about the case at hand. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly errors: readonly ProblemEntry[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    { errors, headers = {}, cause }: AppErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, { cause });
    this.errors = errors;
    this.headers = headers;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
