import type { StepError } from '@rehearse/contracts';
import type { Ask, AssertionResult, PlacedAsk } from '../assert/index.js';
import type { ModelSeat } from '../graph/model.js';
import { digestOf } from '../journal/canonical.js';
import { VERDICT_LANE } from '../journal/digest.js';
import { turnOf } from '../journal/keys.js';
import { afterFailure, ask, askAgain, type Judging } from './ask-model.js';
import { NOTHING, type Deciding, type Decision } from './decision.js';
import { effectId, type Effect } from './effects.js';
import { inquire, type Inquiry } from './inquire.js';
import { PENDING, type NodeState } from './node-state.js';
import { graphAt } from './plan.js';

/** The result of an assertion when it can be told, else the next thing to ask for it; nothing while what was asked is awaited. */
export function decideInquiry(deciding: Deciding, inquiry: Inquiry): Decision | { result: AssertionResult } {
  for (;;) {
    const found = inquire(deciding.state, inquiry);
    if ('result' in found) return found;
    let hasGivenUp = false;
    for (const placed of found.open) {
      const decision = decideAsk(deciding, inquiry, placed);
      if ('error' in decision) {
        deciding.state.told.set(inquiry.key + placed.at, { ok: false, error: decision.error });
        hasGivenUp = true;
      } else if (decision !== NOTHING) return decision;
    }
    if (!hasGivenUp) return NOTHING;
  }
}

function decideAsk(deciding: Deciding, inquiry: Inquiry, placed: PlacedAsk): Decision | { error: StepError } {
  const { kind } = placed.ask;
  if (kind === 'model' || kind === 'embed') return decideJudge(deciding, inquiry, placed);
  const place = { lane: VERDICT_LANE, key: inquiry.key + placed.at, attempt: 1 };
  if (deciding.inFlight.has(effectId({ kind, ...place }))) return NOTHING;
  return { drafts: [], effects: [localEffect(inquiry, placed.ask, place)] };
}

/** A program that is run here, and the replay of the run: neither has an event of its own. */
const localEffect = (
  { key: assertion }: Inquiry,
  request: PlacedAsk['ask'],
  place: Pick<Effect, 'lane' | 'key' | 'attempt'>,
): Effect =>
  request.kind === 'script'
    ? { ...place, kind: 'script', request, inDigest: digestOf(request), assertion }
    : { ...place, kind: 'replay' };

function decideJudge(
  deciding: Deciding,
  inquiry: Inquiry,
  placed: PlacedAsk,
): Decision | { error: StepError } {
  const { plan, state } = deciding;
  const key = inquiry.key + placed.at;
  const request = placed.ask as Extract<Ask, { kind: 'model' | 'embed' }>;
  const seat = graphAt(plan.graph, inquiry.key).seats.get(request.route);
  if (!seat) return { error: noRoute(request.route) };
  const own = state.asked.get(key) ?? PENDING;
  const speaker = speakerOf(deciding, { key, own, seat, inquiry, placed });
  switch (own.phase) {
    case 'idle':
      if (own.switches.count > 0 && own.target === null) return { error: noTarget(request.route) };
      return ask(deciding, speaker, {
        turn: turnOf(key)!,
        attempt: 1,
        added: [...messagesOf(request)],
        from: own.target,
      });
    case 'asked':
      return askAgain(deciding, speaker);
    case 'failed': {
      const decision = afterFailure(deciding, speaker);
      return decision === NOTHING ? { error: own.failure!.error } : decision;
    }
    default:
      return NOTHING;
  }
}

const messagesOf = (request: Extract<Ask, { kind: 'model' | 'embed' }>) =>
  request.kind === 'model'
    ? request.messages
    : request.texts.map((content) => ({ role: 'user' as const, content }));

interface Asked {
  key: string;
  own: NodeState;
  seat: ModelSeat;
  inquiry: Inquiry;
  placed: PlacedAsk;
}

function speakerOf({ plan }: Deciding, { key, own, seat, inquiry, placed }: Asked): Judging {
  const { ask: request, of } = placed;
  const turn = turnOf(key)!;
  const node = key.slice(0, key.lastIndexOf('/turn['));
  const output = request.kind === 'model' ? { output: { json: request.output } } : {};
  const params = request.kind === 'model' ? { ...seat.params, ...request.params } : {};
  const vars = inquiry.subject.bindings['vars'] ?? {};
  const run = { seed: plan.seed, chaos: plan.chaos };
  return {
    slot: { lane: VERDICT_LANE, key: node, state: own },
    seat: { ...seat, params, ...output },
    judging: {
      bindings: { node, turn, vars, run, caseId: plan.caseId, judge: of },
      isEmbedding: request.kind === 'embed',
    },
  };
}

const noRoute = (route: string): StepError => ({
  code: 'judge/no-route',
  message: route === '' ? 'there is no route to a judge' : `there is no route \`${route}\` to a judge`,
  category: 'validation',
});

const noTarget = (route: string): StepError => ({
  code: 'provider/none-available',
  message: `no target of the route \`${route}\` can be called`,
  category: 'provider',
});
