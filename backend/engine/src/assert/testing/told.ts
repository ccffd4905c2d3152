import type { AssertionSpec, Json } from '@rehearse/contracts';
import { AssertionSpec as AssertionSchema } from '@rehearse/contracts';
import type {
  Answer,
  Ask,
  AssertionResult,
  AssertionSubject,
  CompiledAssertion,
  PlacedAsk,
} from '../index.js';
import { compileAssertion } from '../index.js';

const AROUND = { routes: { judge: 'judge', embedding: 'judge' } };

/** A run whose output is given. */
export const about = (output: Json, more: Partial<AssertionSubject> = {}): AssertionSubject => ({
  ...{
    output,
    text: typeof output === 'string' ? output : null,
    toolCalls: [],
    steps: 1,
    finishReason: 'stop',
  },
  ...{ usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, costUsd: 0, latencyMs: 1 },
  bindings: {
    inputs: { city: 'Oslo' },
    vars: { city: 'Oslo' },
    nodes: {},
    run: { seed: 1 },
    case: { id: null },
  },
  ...more,
});

export function compiled(spec: AssertionSpec): CompiledAssertion {
  const assertion = compileAssertion(AssertionSchema.parse(spec), AROUND);
  if (Array.isArray(assertion)) throw new Error(JSON.stringify(assertion));
  return assertion;
}

/** What is answered to an ask; nothing leaves it without an answer. */
export type Answerer = (ask: Ask, at: string) => Answer | Json;

/** Asks until there is a result, and says how often it asked. */
export function settle(
  assertion: Pick<CompiledAssertion, 'next'>,
  subject: AssertionSubject,
  answerer: Answerer = () => {
    throw new Error('nobody is there to be asked');
  },
): { result: AssertionResult; asked: PlacedAsk[] } {
  const answers = new Map<string, Answer>();
  const asked: PlacedAsk[] = [];
  for (;;) {
    const found = assertion.next(subject, answers);
    if (!('asks' in found)) return { result: found, asked };
    const open = found.asks.filter(({ at }) => !answers.has(at));
    if (open.length === 0) throw new Error('the assertion asks for what was answered');
    for (const placed of open) {
      const { at, ask } = placed;
      asked.push(placed);
      answers.set(at, answerOf(answerer(ask, at)));
    }
  }
}

function answerOf(given: Answer | Json): Answer {
  if (typeof given === 'object' && given !== null && 'ok' in given) return given as Answer;
  return { ok: true, value: given };
}

export const unanswered = (message: string): Answer => ({
  ok: false,
  error: { code: 'provider/error', message, category: 'provider' },
});

/** One line: the verdict, the score and the reason. */
export async function told(
  spec: AssertionSpec,
  subject: AssertionSubject,
  answerer?: Answerer,
): Promise<string> {
  const assertion = compiled(spec);
  await assertion.prepare?.();
  const { verdict, score, reason } = settle(assertion, subject, answerer).result;
  return `${verdict} ${Math.round(score * 1_000) / 1_000}: ${reason}`;
}

/** What is wrong with an assertion, a line each. */
export function issues(spec: { type: string } & Record<string, unknown>): string[] {
  const assertion = compileAssertion(spec, AROUND);
  return Array.isArray(assertion)
    ? assertion.map(({ code, message, path }) => `${spec.type} at ${path.join('.')}: ${code} ${message}`)
    : [`${spec.type}: fine`];
}
