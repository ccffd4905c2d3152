import type { EndReason, StepError } from '@rehearse/contracts';
import type { EventDraft } from '../journal/writer.js';
import type { Effect } from './effects.js';

/** What is to happen next: events that follow from what is known, calls to make, or the end. */
export interface Decision {
  drafts: readonly EventDraft[];
  effects: readonly Effect[];
  finish?: EndReason;
}

export const emit = (...drafts: EventDraft[]): Decision => ({ drafts, effects: [] });

export const NOTHING: Decision = { drafts: [], effects: [] };

export const nodeErrored = (node: { id: string }, error: StepError): EventDraft => ({
  type: 'node.errored',
  lane: node.id,
  key: node.id,
  data: { error },
});
