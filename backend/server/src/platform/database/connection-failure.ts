import { DatabaseError, errorCode } from './database-error.js';

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
]);
const REFUSED = new Set(['28P01', '28000', '3D000', '42501', 'P1000', 'P1003', 'P1010']);
const NO_CONNECTION_TEXT =
  /connection terminated|connection ended|timeout exceeded when trying to connect|server closed the connection|cannot use a pool after calling end|client was closed|client has encountered a connection error/i;

/** Does the error say that there is no working connection, so that the same may go well a moment later? */
export function isConnectionFailure(error: unknown): boolean {
  for (const cause of causes(error)) {
    const code = errorCode(cause) ?? '';
    // 08: connection exceptions; 57P: shutting down, starting up; 53: out of connections, memory or disk.
    if (NO_CONNECTION.has(code) || /^(08|57P|53)/.test(code)) return true;
    if (cause instanceof Error && NO_CONNECTION_TEXT.test(cause.message)) return true;
  }
  return false;
}

/** What a failed connect means to the user. */
export function unavailable(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const message = messageOf(error);
  const refused = causes(error).some((cause) => REFUSED.has(errorCode(cause) ?? ''));
  return refused
    ? new DatabaseError('database/access-denied', `The database refuses the login: ${message}.`, {
        cause: error,
      })
    : new DatabaseError('database/unavailable', `The database does not answer: ${message}.`, {
        cause: error,
      });
}

/** The error, what caused it, and what a driver adapter wrapped into it. */
export function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  const open = [error];
  while (open.length > 0 && found.length < 20) {
    const next = open.shift();
    if (typeof next !== 'object' || next === null || found.includes(next)) continue;
    found.push(next);
    const { cause, meta, driverAdapterError, errors } = next as Record<string, unknown>;
    open.push(cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : []));
  }
  return found;
}

function messageOf(error: unknown): string {
  // A name with two addresses fails with an AggregateError that has no message of its own.
  const first = causes(error).find((cause) => cause instanceof Error && cause.message);
  return first instanceof Error ? first.message.replace(/\.$/, '') : String(error);
}
