export type StartErrorCode = 'start/port-taken' | 'start/demo-not-local' | 'start/worker-without-database';

/** Why the server does not start, in a sentence that says how to mend it. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(
    readonly code: StartErrorCode,
    message: string,
  ) {
    super(message);
  }
}
