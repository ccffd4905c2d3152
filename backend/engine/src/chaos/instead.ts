import type { StepError } from '@rehearse/contracts';
import type { ModelOutcome, ToolOutcome } from '../ports.js';
import type { Injected } from './injection.js';
import type { Target } from './rule.js';

/** What a fault answers in place of the call, which is not made; null for a fault that lets it go out. */
export function insteadOfModel(fault: Injected): ModelOutcome | null {
  if (fault.kind === 'stale')
    return { ok: true, ...(fault.answer as object), usage: NO_USAGE } as ModelOutcome;
  const error = errorOf('llm', fault);
  if (!error) return null;
  const retryAfterMs = fault.kind === 'error' ? fault.retryAfterMs : null;
  return {
    ok: false,
    error,
    retryable: isRetryable(error),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

export function insteadOfTool(fault: Injected): ToolOutcome | null {
  if (fault.kind === 'stale' || fault.kind === 'wrong-tool-result') return { ok: true, result: fault.answer };
  const error = errorOf('tool', fault);
  return error && { ok: false, error };
}

/** A cache answers without a model. */
const NO_USAGE = { inputTokens: 0, outputTokens: 0 };

function errorOf(kind: Target['kind'], fault: Injected): StepError | null {
  const category = kind === 'llm' ? 'provider' : 'tool';
  switch (fault.kind) {
    case 'error': {
      const message = `chaos: status ${fault.status}`;
      return { code: `${category}/error`, message, category, status: fault.status };
    }
    case 'timeout':
      return {
        code: kind === 'llm' ? 'model/timeout' : 'tool/timeout',
        message: 'chaos: no answer in time',
        category: 'timeout',
      };
    case 'reset':
      return { code: `${category}/unreachable`, message: 'chaos: the connection was dropped', category };
    default:
      return null;
  }
}

/** A refusal stays one; a server that is overloaded or broken may be well again. */
const isRetryable = ({ status }: StepError): boolean =>
  status === undefined || status === 408 || status === 425 || status === 429 || status >= 500;
