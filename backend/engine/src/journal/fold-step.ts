import { withSeverity, type Json, type JournalEvent, type StepView } from '@rehearse/contracts';
import { RUN_LANE, VERDICT_LANE } from './digest.js';
import { addCosts, costOf } from './cost.js';
import { elapsedMs } from './instant.js';
import { stepKeyOf } from './keys.js';

/** A step under construction. */
export interface StepFold {
  view: StepView;
  /** What it was given: the messages of its first turn, or the arguments of its tool. */
  hasInput: boolean;
}

/** The types of the nodes by their keys. A node that was skipped never started, so no event has its type. */
export interface NodeTypes {
  typeOf(key: string): string | undefined;
}

/** Takes an event into its step. Steps stand in the order in which they began. */
export function foldStep(steps: Map<string, StepFold>, event: JournalEvent, types: NodeTypes): void {
  if (event.lane === RUN_LANE || event.lane === VERDICT_LANE) return;
  const key = stepKeyOf(event.key);
  const step = steps.get(key) ?? begin(key, event, types);
  steps.set(key, step);
  step.view.lastSeq = event.seq;
  apply(step, event);
}

const begin = (key: string, event: JournalEvent, types: NodeTypes): StepFold => ({
  hasInput: false,
  view: {
    key,
    node: key.slice(key.lastIndexOf('/') + 1),
    type: types.typeOf(key) ?? 'unknown',
    status: 'running',
    startedAt: event.at,
    durationMs: null,
    firstSeq: event.seq,
    lastSeq: event.seq,
    turns: 0,
    toolCalls: 0,
    usage: { inputTokens: 0, outputTokens: 0 },
    costUsd: 0,
  },
});

function apply(step: StepFold, event: JournalEvent): void {
  const { view } = step;
  switch (event.type) {
    case 'node.started':
      view.type = event.data.type;
      return;
    case 'node.finished':
      Object.assign(view, { status: 'finished', output: event.data.output, text: event.data.text });
      return settle(view, event);
    case 'node.skipped':
      Object.assign(view, { status: 'skipped', reason: event.data.reason });
      return settle(view, event);
    case 'node.errored':
      Object.assign(view, { status: 'errored', error: withSeverity(event.data.error) });
      return settle(view, event);
    case 'model.requested':
      if (event.attempt === 1) view.turns += 1;
      return take(step, event.data.messagesAdded);
    case 'model.responded':
      view.usage = {
        inputTokens: view.usage.inputTokens + event.data.usage.inputTokens,
        outputTokens: view.usage.outputTokens + event.data.usage.outputTokens,
      };
      view.costUsd = addCosts(view.costUsd, costOf(event.data));
      return;
    case 'tool.called':
      if (event.attempt === 1) view.toolCalls += 1;
      return take(step, event.data.args);
    default:
      return;
  }
}

function take(step: StepFold, input: Json): void {
  if (step.hasInput) return;
  step.hasInput = true;
  step.view.input = input;
}

function settle(view: StepView, { at }: JournalEvent): void {
  view.durationMs = elapsedMs(view.startedAt, at);
}
