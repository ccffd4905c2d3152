import type { ChatMessage } from '@rehearse/contracts';
import { newCancellation, type ModelOutcome, type ModelPlace, type ModelRequest } from '@rehearse/engine';
import type { LiveTarget } from '../providers/endpoint.js';
import type { CallSettings } from '../settings.js';

/** What a test sets of a call to a provider; all else is as usual. */
export interface Asked {
  request?: Partial<ModelRequest>;
  place?: Partial<ModelPlace>;
  settings?: Partial<CallSettings>;
  target?: Partial<LiveTarget>;
}

/** A question to a model, with what a test leaves out. */
export const asking = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  target: { provider: 'openai', model: 'gpt-5-mini' },
  model: 'gpt-5-mini',
  messages: [{ role: 'user', content: 'Say hello.' }] satisfies ChatMessage[],
  tools: [],
  params: {},
  output: null,
  ...more,
});

export const placeOf = (more: Partial<ModelPlace> = {}): ModelPlace => ({
  key: 'a/turn[1]',
  attempt: 1,
  inDigest: '',
  signal: newCancellation().signal,
  node: 'a',
  turn: 1,
  vars: { order: 'W1' },
  run: { seed: 1, chaos: null },
  caseId: null,
  ...more,
});

export const LOOK_UP = {
  name: 'look_up',
  description: 'Finds an order.',
  parameters: { type: 'object', properties: { id: { type: 'string' } } },
};

/** An outcome without the time to its first piece, which differs each time. */
export const untimed = ({ ttftMs, ...outcome }: ModelOutcome & { ttftMs?: number | undefined }) => ({
  ...outcome,
  hasTtft: ttftMs !== undefined,
});
