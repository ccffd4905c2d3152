import type { EndReason, Json, StepError } from '@rehearse/contracts';
import type { EventDraft } from '../journal/writer.js';
import type { Effect, InFlight } from './effects.js';
import type { Slot } from './frame.js';
import { textOf } from './graph-result.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/** What is to happen next: events that follow from what is known, calls to make, or the end. */
export interface Decision {
  drafts: readonly EventDraft[];
  effects: readonly Effect[];
  finish?: EndReason;
}

/** What a decision is made from. */
export interface Deciding {
  plan: Plan;
  state: RunState;
  inFlight: InFlight;
  /** Whether the time of the run is up. */
  isOverdue: () => boolean;
}

export const emit = (...drafts: EventDraft[]): Decision => ({ drafts, effects: [] });

export const NOTHING: Decision = { drafts: [], effects: [] };

export const nodeErrored = ({ lane, key }: Slot, error: StepError): EventDraft => ({
  type: 'node.errored',
  lane,
  key,
  data: { error },
});

export const nodeFinished = ({ lane, key }: Slot, output: Json, text = textOf(output)): EventDraft => ({
  type: 'node.finished',
  lane,
  key,
  data: { output, text },
});

/** The node errors because a part of it could not be evaluated: `part` says which, as in `value` or `args`. */
export const partErrored = (
  slot: Slot,
  part: string,
  error: { code: string; message: string; path?: string },
): Decision =>
  emit(nodeErrored(slot, { ...error, message: `${part}: ${error.message}`, category: 'validation' }));
