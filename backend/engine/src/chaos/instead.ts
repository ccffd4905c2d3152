import type { StepError } from '@rehearse/contracts';
import { isPassing } from '../execute/sent-again.js';
import type { ModelOutcome, ToolOutcome } from '../ports.js';
import type { Injected } from './injection.js';
import type { Target } from './rule.js';

/** What a fault answers in place of the call, which is not made; null for a fault that lets it go out. */
export function insteadOfModel(fault: Injected): ModelOutcome | null {
  if (fault.kind === 'stale')
    return { ok: true, ...(fault.answer as object), usage: NO_USAGE } as ModelOutcome;
  const error = errorOf('llm', fault);
  if (!error) return null;
  const retryable = error.status === undefined || isPassing(error.status);
  return { ok: false, error, retryable, ...waitIn(fault) };
}

export function insteadOfTool(fault: Injected): ToolOutcome | null {
  if (fault.kind === 'stale' || fault.kind === 'wrong-tool-result') return { ok: true, result: fault.answer };
  const error = errorOf('tool', fault);
  return error && { ok: false, error, ...waitIn(fault) };
}

const waitIn = (fault: Injected): { retryAfterMs?: number } =>
  fault.kind === 'error' && fault.retryAfterMs !== null ? { retryAfterMs: fault.retryAfterMs } : {};

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
