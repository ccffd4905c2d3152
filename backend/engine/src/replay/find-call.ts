import type { JournalEvent } from '@rehearse/contracts';
import { matches, nameOfTarget } from '../chaos/rule.js';
import { targetOf } from '../execute/chaos.js';
import { nodeAt } from '../execute/plan.js';
import type { CompiledGraph } from '../graph/model.js';
import { VERDICT_LANE } from '../journal/digest.js';
import { refused, type Tried } from './problem.js';

/** A call of a recorded run: by what it was of and how many of these came before, or by a seq of it. */
export type CallChoice = { on: string; nth: number } | { seq: number };

type Request = JournalEvent<'model.requested' | 'tool.called'>;

interface FoundCall {
  call: Request;
  /** `tool:lookup_order`, as rules of chaos name it. */
  on: string;
}

/** Finds the request of a call in a journal. What judges are asked is no call of the run. */
export function findCall(
  graph: CompiledGraph,
  events: readonly JournalEvent[],
  choice: CallChoice,
): Tried<FoundCall> {
  const calls = events.flatMap((event): FoundCall[] => {
    const target = isCall(event) ? targetIn(graph, event) : null;
    return target && isCall(event) ? [{ call: event, on: nameOfTarget(target) }] : [];
  });
  if ('seq' in choice) return bySeq(events, calls, choice.seq);
  const { on, nth } = choice;
  const fitting = calls.filter(({ call }) => matches(on, targetIn(graph, call)!));
  const found = fitting[nth - 1];
  if (found) return { ok: true, ...found };
  const names = [...new Set(calls.map((one) => one.on))].join(', ') || 'none';
  const message =
    fitting.length > 0
      ? `the run has ${fitting.length} of ${on}, so there is no number ${nth}`
      : `the run has no call of ${on}; it has ${names}`;
  return refused('replay/no-such-call', 'at', message);
}

function bySeq(events: readonly JournalEvent[], calls: readonly FoundCall[], seq: number): Tried<FoundCall> {
  const event = events[seq - 1];
  const found = event && calls.find(({ call }) => call.key === event.key && call.attempt === event.attempt);
  if (found) return { ok: true, ...found };
  const what = event ? `seq ${seq} is ${event.type}` : `the run has ${events.length} events`;
  return refused(
    'replay/no-such-call',
    'at.seq',
    `${what}; name a request of a model, a call of a tool, or its answer`,
  );
}

const isCall = (event: JournalEvent): event is Request =>
  (event.type === 'model.requested' || event.type === 'tool.called') && event.lane !== VERDICT_LANE;

function targetIn(graph: CompiledGraph, event: Request) {
  const node = nodeAt(graph, event.key);
  return node ? targetOf(node, event.type === 'tool.called' ? event.data.tool : undefined) : null;
}
