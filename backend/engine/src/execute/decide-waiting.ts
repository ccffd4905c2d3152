import { durationMs, type EventData } from '@rehearse/contracts';
import type { CompiledHumanNode, CompiledWaitNode } from '../graph/model.js';
import type { EventDraft } from '../journal/writer.js';
import { nodeBindings } from './bindings.js';
import {
  emit,
  nodeErrored,
  nodeFinished,
  NOTHING,
  partErrored,
  type Deciding,
  type Decision,
} from './decision.js';
import { effectId, type Effect } from './effects.js';
import type { Slot } from './frame.js';

/** Asks a person, and waits for what they decide or for the time that they have. */
export function decideHuman(deciding: Deciding, slot: Slot, node: CompiledHumanNode): Decision {
  const { asked, decision, timer } = slot.state;
  if (!asked) return request(deciding, slot, node);
  if (decision) return decided(slot, node, decision);
  if (timer.status === 'fired') return timedOut(slot, node);
  if (timer.status === 'none' && node.timeoutMs !== null) return emit(timerSet(slot, node.timeoutMs));
  const { lane, key } = slot;
  const { at: _, ...given } = asked;
  const effects: Effect[] = [{ kind: 'human', lane, key, attempt: 1, request: given }];
  if (timer.status === 'set') effects.push(timerEffect(deciding, slot));
  return start(deciding, effects);
}

function request({ plan }: Deciding, slot: Slot, node: CompiledHumanNode): Decision {
  const prompt = node.prompt.render(nodeBindings(plan, slot));
  if (!prompt.ok) return partErrored(slot, 'prompt', prompt.error);
  const { lane, key } = slot;
  const data: EventData<'human.requested'> = {
    prompt: prompt.text,
    ...(node.form && { form: node.form.json as never }),
    ...(node.approvers.length > 0 && { approvers: [...node.approvers] }),
  };
  return emit({ type: 'human.requested', lane, key, data });
}

/** What is approved or modified must fit the form. */
function decided(slot: Slot, { form, id }: CompiledHumanNode, made: EventData<'human.decided'>): Decision {
  const { decision, value = null, by, reason } = made;
  const problems = form && decision !== 'reject' ? form.schema.check(value) : [];
  if (problems.length === 0) return emit(nodeFinished(slot, { decision, form: value, by, reason }));
  const what = problems.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ');
  const message = `what ${by} gave does not fit the form of ${id}: ${what}`;
  return emit(nodeErrored(slot, { code: 'human/does-not-fit', message, category: 'validation' }));
}

function timedOut(slot: Slot, { onTimeout, timeoutMs, id }: CompiledHumanNode): Decision {
  const reason = `nobody decided within ${timeoutMs} ms`;
  if (onTimeout === 'error')
    return emit(
      nodeErrored(slot, { code: 'human/timeout', message: `${id}: ${reason}`, category: 'timeout' }),
    );
  const { lane, key } = slot;
  return emit({ type: 'human.decided', lane, key, data: { decision: onTimeout, by: 'timeout', reason } });
}

/** Time passes. */
export function decideWait(deciding: Deciding, slot: Slot, node: CompiledWaitNode): Decision {
  const { timer } = slot.state;
  if (timer.status === 'fired') return emit(nodeFinished(slot, null, ''));
  if (timer.status === 'set') return start(deciding, [timerEffect(deciding, slot)]);
  const duration = node.duration.render(nodeBindings(deciding.plan, slot));
  if (!duration.ok) return partErrored(slot, 'for', duration.error);
  try {
    return emit(timerSet(slot, durationMs(duration.text)));
  } catch {
    const message = `\`${duration.text}\` is no duration such as 30s or 2m`;
    return partErrored(slot, 'for', { code: 'wait/no-duration', message });
  }
}

const timerSet = ({ lane, key }: Slot, duration: number): EventDraft => ({
  type: 'timer.set',
  lane,
  key,
  data: { durationMs: duration },
});

/** With virtual time a timer is due at once. */
const timerEffect = ({ plan }: Deciding, { lane, key, state }: Slot): Effect => ({
  kind: 'timer',
  ...{ lane, key, attempt: 1 },
  dueAtMs: plan.graph.virtualTime ? 0 : state.timer.dueAtMs,
});

function start({ inFlight }: Deciding, effects: readonly Effect[]): Decision {
  const missing = effects.filter((effect) => !inFlight.has(effectId(effect)));
  return missing.length > 0 ? { drafts: [], effects: missing } : NOTHING;
}
