import type { Json } from '@rehearse/contracts';
import type {
  Answer,
  Ask,
  AssertionResult,
  AssertionSubject,
  CompiledAssertion,
  PlacedAsk,
} from '../assert/index.js';
import type { Slot } from './frame.js';
import type { RunState } from './state.js';

/** An assertion that waits for answers. */
export interface Inquiry {
  /** Of its result. */
  key: string;
  assertion: CompiledAssertion;
  subject: AssertionSubject;
  /** The node whose assertion it is; undefined for those of the run. */
  node?: string;
  /** The execution of a node that goes on when the result is there. */
  waiting?: Slot;
}

type Inquired = { result: AssertionResult } | { open: readonly PlacedAsk[] };

/** The result, as far as the answers that came so far allow; else what is still open. */
export function inquire(state: RunState, { key, assertion, subject }: Inquiry): Inquired {
  const answers = new Map<string, Answer>();
  for (;;) {
    const found = assertion.next(subject, answers);
    if (!('asks' in found)) return { result: found };
    const missing = found.asks.filter(({ at }) => !answers.has(at));
    const told = missing.flatMap(({ at, ask: asked }) => {
      const answer = answerTo(state, key + at, asked);
      return answer ? [[at, answer] as const] : [];
    });
    if (told.length === 0) return { open: missing };
    for (const [at, answer] of told) answers.set(at, answer);
  }
}

function answerTo({ told, asked }: RunState, key: string, { kind }: Ask): Answer | undefined {
  const known = told.get(key);
  if (known) return known;
  const own = asked.get(key);
  if (own?.phase !== 'answered') return undefined;
  const content = own.answer!.content;
  return { ok: true, value: kind === 'embed' ? vectorsIn(content) : content };
}

function vectorsIn(content: string | null): Json {
  try {
    return JSON.parse(content ?? '') as Json;
  } catch {
    return content;
  }
}
