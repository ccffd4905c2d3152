/**
 * `refused`: the rules of this place do not allow the call; `unreachable`: no connection; `broken`: it ended in the
 * middle; `too-large`: more bytes than are taken; `late`: not done in time; `aborted`: no longer wanted.
 */
export type EgressFault = 'refused' | 'unreachable' | 'broken' | 'too-large' | 'late' | 'aborted';

/** Why a call has no answer. Its message names hosts only: a path may hold a secret. */
export class EgressFailure extends Error {
  constructor(
    readonly fault: EgressFault,
    message: string,
    /** Whether nothing of the call can have arrived. */
    readonly isUnsent = fault === 'refused',
  ) {
    super(message);
  }

  /** Whether the same call may fare better later. */
  get isPassing(): boolean {
    return this.fault === 'unreachable' || this.fault === 'broken' || this.fault === 'late';
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way there',
  ENETUNREACH: 'there is no way there',
};

/** There was no connection; all else may have ended one. */
const UNCONNECTED: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

/** What a socket or the HTTP client threw, as a failure of a call to this host. */
export function failureOf(error: unknown, host: string, hasAnswered: boolean): EgressFailure {
  if (error instanceof EgressFailure) return error;
  const { code = '', message } = error as { code?: string; message: string };
  if (hasAnswered) return new EgressFailure('broken', `the answer of ${host} broke off`);
  const reason = WORDS[code] ?? (code || message);
  return new EgressFailure('unreachable', `${host} cannot be reached: ${reason}`, UNCONNECTED.has(code));
}
