import type { IncomingHttpHeaders } from 'node:http';
import type { StepError } from '@rehearse/contracts';
import { isPassing } from '@rehearse/engine';
import { EgressFailure, retryAfter, type EgressFault } from '../egress/index.js';
import type { SecretUse } from '../secrets.js';
import { BadAnswer } from './dialect.js';

/** A call of a model that gave no answer, as the ports tell of it. */
export interface Failed {
  ok: false;
  error: StepError;
  retryable: boolean;
  /** What the provider asks to be waited, in milliseconds. */
  retryAfterMs?: number;
}

const FAULTS: Readonly<Record<EgressFault, Pick<StepError, 'code' | 'category'>>> = {
  refused: { code: 'egress/refused', category: 'policy' },
  unreachable: { code: 'provider/unreachable', category: 'provider' },
  broken: { code: 'provider/broken-answer', category: 'provider' },
  'too-large': { code: 'provider/answer-too-large', category: 'provider' },
  late: { code: 'provider/timeout', category: 'timeout' },
  aborted: { code: 'provider/aborted', category: 'provider' },
};

/** What was thrown on the way as an outcome; a mistake of ours is thrown on. */
export function failedBy(thrown: unknown, use: SecretUse): Failed {
  if (thrown instanceof EgressFailure) {
    const error = { ...FAULTS[thrown.fault], message: use.hide(thrown.message) };
    return { ok: false, error, retryable: thrown.isPassing };
  }
  if (!(thrown instanceof BadAnswer)) throw thrown;
  const code = thrown.isPassing ? 'provider/broken-answer' : 'provider/bad-answer';
  const error: StepError = { code, message: use.hide(thrown.message), category: 'provider' };
  return { ok: false, error, retryable: thrown.isPassing };
}

/** Longer texts of providers are pages of proxies, which say nothing more in their rest. */
const MAX_MESSAGE = 500;

/** A refusal by status: what the provider says of it, without anything secret. */
export function failedByStatus(
  { status, headers }: { status: number; headers: IncomingHttpHeaders },
  text: string,
  use: SecretUse,
): Failed {
  const message = `the provider answered ${status}: ${use.hide(messageIn(text)).slice(0, MAX_MESSAGE)}`;
  const retryAfterMs = retryAfter(headers);
  return {
    ok: false,
    error: { code: 'provider/error', message, category: 'provider', status },
    retryable: isPassing(status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function messageIn(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as {
      error?: { message?: string } | string;
      message?: string;
    };
    const said = typeof error === 'string' ? error : (error?.message ?? message);
    if (typeof said === 'string' && said !== '') return said;
  } catch {
    // Not JSON: the text says it.
  }
  return text.replaceAll(/\s+/g, ' ').trim() || 'nothing more';
}
