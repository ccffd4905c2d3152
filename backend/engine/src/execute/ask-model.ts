import type { ChatMessage, JournalTarget } from '@rehearse/contracts';
import type { ModelSeat } from '../graph/model.js';
import { turnKey } from '../journal/keys.js';
import type { EventDraft } from '../journal/writer.js';
import { modelVariables } from '../mock/mock-model.js';
import { retryDelayMs } from '../mock/random.js';
import type { MockBindings, ModelRequest } from '../ports.js';
import { mockBindings } from './bindings.js';
import { capped, outOfMoney, outOfTokens, outOfTurns } from './budget.js';
import { attemptsOf, retryOf, strategyOf, timeoutOf } from './call-defaults.js';
import { faultFor } from './chaos.js';
import { isFinal } from './decide-tool.js';
import { emit, nodeErrored, NOTHING, type Deciding, type Decision } from './decision.js';
import { effectId, type Effect } from './effects.js';
import type { Slot } from './frame.js';
import { requestDigest, requestOf, type Seat } from './request.js';
import { isSame, routeOrder } from './route-order.js';

/** Whoever asks a model: an execution of a node, or an assertion for its judge; and by which route. */
export type Speaker = { slot: Slot; seat: ModelSeat } | Judging;

/** What judges take is not the agent's: it counts in no budget, and no node errors with it. */
export interface Judging {
  slot: Pick<Slot, 'lane' | 'key' | 'state'>;
  seat: Seat;
  judging: { bindings: MockBindings; isEmbedding: boolean };
}

/** A request whose answer is still awaited. */
export function askAgain(deciding: Deciding, speaker: Speaker): Decision {
  const { key, state } = speaker.slot;
  const { turn, attempt } = state;
  if (deciding.inFlight.has(effectId({ kind: 'model', key: turnKey(key, turn), attempt }))) return NOTHING;
  const request = requestOf(speaker.seat, state.target!, state.messages);
  return goOut(deciding, speaker, {
    effect: modelEffect(deciding, speaker, { turn, attempt, tries: state.targetAttempts }, request),
  });
}

interface Leaving {
  effect: Effect & { kind: 'model' };
  before?: readonly EventDraft[];
}

/** The request as it leaves, with the fault that chaos has for it; a judge is left alone. */
function goOut({ plan, state }: Deciding, speaker: Speaker, { effect, before = [] }: Leaving): Decision {
  if ('judging' in speaker) return { drafts: before, effects: [effect] };
  const { slot } = speaker;
  const { key, attempt, request, bindings } = effect;
  const seen = () => modelVariables(request, bindings);
  const hit = faultFor(plan, state, { slot, key, attempt, bindings: seen });
  if ('error' in hit) return emit(...before, nodeErrored(slot, hit.error));
  const capping = { ...effect, request: capped(state, slot, request), fault: hit.fault };
  return { drafts: [...before, ...hit.drafts], effects: [capping] };
}

interface Asking {
  turn: number;
  attempt: number;
  added: ChatMessage[];
  /** The target to begin with; null for the first of the route. */
  from: JournalTarget | null;
}

/** The event that ends the run because the budget does not allow the request. */
const outOfBudget = (
  { plan, state }: Deciding,
  slot: Slot,
  { attempt, said }: { attempt: number; said: readonly ChatMessage[] },
): EventDraft | null =>
  (attempt === 1 ? outOfTurns(plan, state, slot) : null) ?? outOfTokens(plan, state, slot, said);

/** Passes over targets that cannot be called, each with an event, and asks the first that can. */
export function ask(deciding: Deciding, speaker: Speaker, asking: Asking): Decision {
  const { plan, state } = deciding;
  const { slot, seat } = speaker;
  const { turn, attempt, added, from } = asking;
  const said = [...slot.state.messages, ...added];
  const spent = 'judging' in speaker ? null : outOfBudget(deciding, speaker.slot, { attempt, said });
  if (spent) return emit(spent);
  const key = turnKey(slot.key, turn);
  const order = orderOf(deciding, speaker, turn);
  // A route that falls back stays with the target that answered last; the others choose anew in each turn.
  const start = strategyOf(seat, state.defaults) === 'fallback' || attempt > 1 ? from : null;
  const drafts: EventDraft[] = [];
  let index = start ? order.findIndex((target) => isSame(target, start)) : 0;
  let switches = slot.state.switches.key === key ? slot.state.switches.count : 0;
  for (; index < order.length; index++) {
    const target = order[index]!;
    const reason = plan.unavailable(target, { key, attempt: switches + 1 });
    if (reason === null) {
      const request = requestOf(seat, target, said);
      const held =
        'judging' in speaker ? null : outOfRoom(deciding, speaker.slot, { request, before: drafts });
      if (held) return held;
      const inDigest = requestDigest(request);
      const { model, params } = request;
      const data = { target, model, messagesAdded: added, params };
      drafts.push({ type: 'model.requested', lane: slot.lane, key, attempt, inDigest, data });
      const isSameTarget = attempt > 1 && drafts.length === 1;
      const tries = isSameTarget ? slot.state.targetAttempts + 1 : 1;
      const effect = modelEffect(deciding, speaker, { turn, attempt, tries }, request, inDigest);
      return goOut(deciding, speaker, { effect, before: drafts });
    }
    const to = order[index + 1] ?? null;
    drafts.push(switched(slot, { key, attempt: ++switches, from: target, to, reason }));
  }
  const message = `no target of the route \`${seat.route.name}\` can be called`;
  if ('judging' in speaker) return emit(...drafts);
  return emit(
    ...drafts,
    nodeErrored(speaker.slot, { code: 'provider/none-available', message, category: 'provider' }),
  );
}

/** The end of the run, because a request would cost too much; or nothing, while it has to wait for what others may still use. */
function outOfRoom(
  { plan, state }: Deciding,
  slot: Slot,
  { request, before }: { request: ModelRequest; before: readonly EventDraft[] },
): Decision | null {
  const over = outOfMoney(plan, state, slot, request);
  if (over) return emit(...before, over);
  if (state.ledger.hasRoom({ ...request, key: slot.key })) return null;
  state.waitingForRoom.add(slot);
  return NOTHING;
}

function orderOf({ plan, state }: Deciding, { slot, seat }: Speaker, turn: number): readonly JournalTarget[] {
  const key = turnKey(slot.key, turn);
  const { first } = slot.state;
  const { seed, rank } = plan;
  const strategy = strategyOf(seat, state.defaults);
  return routeOrder(
    { strategy, targets: seat.route.spec.targets },
    {
      ...{ key, turn, seed, rank },
      first: first?.key === key ? first.target : null,
    },
  );
}

const switched = (
  { lane }: Pick<Slot, 'lane'>,
  change: { key: string; attempt: number; from: JournalTarget; to: JournalTarget | null; reason: string },
): EventDraft => {
  const { key, attempt, ...data } = change;
  return { type: 'provider.switched', lane, key, attempt, data };
};

/** The same target again while it may be retried, then the next of the route, then the node errors. */
export function afterFailure(deciding: Deciding, speaker: Speaker): Decision {
  const { slot, seat } = speaker;
  const { turn, attempt, failure, target, targetAttempts, switches } = slot.state;
  const again = { turn, attempt: attempt + 1, added: [], from: target };
  const isExhausted =
    failure !== null &&
    (!failure.retryable ||
      isFinal(failure.error) ||
      targetAttempts >= attemptsOf(seat, deciding.state.defaults));
  if (!isExhausted) return ask(deciding, speaker, again);
  const order = orderOf(deciding, speaker, turn);
  const to = order[order.findIndex((one) => isSame(one, target!)) + 1];
  if (to === undefined)
    return 'judging' in speaker ? NOTHING : emit(nodeErrored(speaker.slot, failure.error));
  const key = turnKey(slot.key, turn);
  const count = switches.key === key ? switches.count : 0;
  return emit(switched(slot, { key, attempt: count + 1, from: target!, to, reason: failure.error.code }));
}

/**
 * The wait before a target is tried again: as the policy says, and no less than the provider asked for. The next target
 * of a route is not waited for: what failed is another one.
 */
function delayOf(
  { plan: { seed }, state }: Deciding,
  { slot, seat }: Speaker,
  { key, tries }: { key: string; tries: number },
): number {
  if (tries <= 1) return 0;
  const asked = slot.state.failure?.retryAfterMs ?? 0;
  const retry = retryOf(seat, state.defaults);
  return Math.max(retryDelayMs(retry, { key, attempt: tries, seed }), Math.min(asked, retry.maxDelayMs));
}

function modelEffect(
  deciding: Deciding,
  speaker: Speaker,
  /** `tries` counts those of the target. */
  { turn, attempt, tries }: { turn: number; attempt: number; tries: number },
  request: ModelRequest,
  inDigest = requestDigest(request),
): Effect & { kind: 'model' } {
  const { plan, state } = deciding;
  const { slot, seat } = speaker;
  const key = turnKey(slot.key, turn);
  return {
    kind: 'model',
    lane: slot.lane,
    key,
    attempt,
    delayMs: delayOf(deciding, speaker, { key, tries }),
    timeoutMs: timeoutOf(seat, state.defaults),
    ...('judging' in speaker ? speaker.judging : { bindings: mockBindings(plan, speaker.slot, turn) }),
    inDigest,
    target: request.target,
    request,
    fault: null,
  };
}
