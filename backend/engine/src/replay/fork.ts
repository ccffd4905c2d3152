import type { ChaosFaultSpec, EventData, JournalEvent, Json, JsonObject } from '@rehearse/contracts';
import { checkVars } from '../execute/check-vars.js';
import { laneNeedsOf } from '../execute/plan.js';
import type { CompiledGraph } from '../graph/model.js';
import { RUN_LANE } from '../journal/digest.js';
import { fromInstant } from '../journal/instant.js';
import { isEnd, verifyChain } from '../journal/verify.js';
import { JournalWriter, type EventDraft } from '../journal/writer.js';
import { findCall, type CallChoice } from './find-call.js';
import { compileFault } from './faults.js';
import { edited, type Edit } from './edits.js';
import { isAnswer } from './open-calls.js';
import { mergedPayload, soundLength } from './prefix.js';
import { refused, type Tried } from './problem.js';

/** What an answer is to be instead: a text, or members of its payload. */
export interface EditRequest {
  seq: number;
  content?: string | undefined;
  data?: JsonObject | undefined;
}

/** The run that is forked, and what its fork is to be called. */
export interface Parent {
  graph: CompiledGraph;
  /** The whole journal. */
  events: readonly JournalEvent[];
  /** Of the fork. */
  runId: string;
  /** When the fork begins; its past is moved so that it ends then. Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs: number;
}

/** The journal that a fork goes on behind: what it takes over, and where that is from. */
export interface Forked {
  events: JournalEvent[];
  vars: JsonObject;
  base: EventData<'fork.base'>;
}

/**
 * The beginning of a fork: the events up to and with `fromSeq`, with answers and vars in place of those that were
 * recorded. Of what comes behind an edit, it takes over what stays as it was.
 */
export async function forkAt(
  parent: Parent,
  {
    fromSeq,
    edits = [],
    vars,
  }: { fromSeq: number; edits?: readonly EditRequest[]; vars?: JsonObject | undefined },
): Promise<Tried<Forked>> {
  const { events, graph } = parent;
  const last = lastSeqToForkAt(events);
  if (fromSeq < 1 || fromSeq > last)
    return refused(
      'replay/no-such-seq',
      'fromSeq',
      `the run can be forked from seq 1 to ${last}, not at ${fromSeq}`,
    );
  const broken = brokenChain(parent);
  if (broken) return broken;
  const made: Edit[] = [];
  if (vars !== undefined) {
    const problems = checkVars(graph, vars);
    if (problems.length > 0)
      return refused('replay/bad-vars', `vars${problems[0]!.path}`, problems[0]!.message);
    made.push({ seq: 1, data: { ...events[0]!.data, vars } });
  }
  for (const [index, edit] of edits.entries()) {
    const resolved = resolveEdit(events, edit, { index, fromSeq });
    if (!resolved.ok) return resolved;
    if (edits.findIndex(({ seq }) => seq === edit.seq) < index)
      return refused(
        'replay/bad-edit',
        `edits[${index}].seq`,
        `seq ${edit.seq} is edited already: give all that is to stand there in one edit`,
      );
    made.push(resolved.edit);
  }
  const copied = edited(events.slice(0, fromSeq), made);
  const length = made.length === 0 ? fromSeq : await soundLength(graph, copied, made);
  const base = { parent: events[0]!.runId, fromSeq, edits: made };
  return { ok: true, ...beginning(parent, copied.slice(0, length), base) };
}

/** The beginning of a run in which one call of a recorded run gets a fault: all that came before that call. */
export function chaosAt(
  parent: Parent,
  { at, fault }: { at: CallChoice; fault: ChaosFaultSpec },
): Tried<Forked> {
  const { events, graph } = parent;
  const found = findCall(graph, events, at);
  if (!found.ok) return found;
  const { call, on } = found;
  const compiled = compileFault(fault, on);
  if (!compiled.ok) return compiled;
  const broken = brokenChain(parent);
  if (broken) return broken;
  const fromSeq = call.seq - 1;
  const forced = { key: call.key, attempt: call.attempt, on, fault };
  const base = { parent: events[0]!.runId, fromSeq, edits: [], fault: forced };
  return { ok: true, ...beginning(parent, events.slice(0, fromSeq), base) };
}

/** The end of a run is nothing that something could come behind. */
function lastSeqToForkAt(events: readonly JournalEvent[]): number {
  const last = events.at(-1);
  return events.length - (last && isEnd(last) ? 1 : 0);
}

export function brokenChain({ graph, events }: Parent) {
  const broken = verifyChain(events, laneNeedsOf(graph));
  return broken && refused('replay/chain-broken', '', broken.message);
}

function resolveEdit(
  events: readonly JournalEvent[],
  { seq, content, data }: EditRequest,
  { index, fromSeq }: { index: number; fromSeq: number },
): Tried<{ edit: Edit }> {
  const path = `edits[${index}]`;
  const event = events[seq - 1];
  if (!event || seq > fromSeq)
    return refused(
      'replay/bad-edit',
      `${path}.seq`,
      `seq ${seq} is not among the ${fromSeq} events that are taken over`,
    );
  if (!isAnswer(event))
    return refused('replay/bad-edit', `${path}.seq`, `seq ${seq} is ${event.type}, which is no answer`);
  const members = { ...(content === undefined ? {} : asContent(event, content)), ...data };
  if (Object.keys(members).length === 0)
    return refused('replay/bad-edit', path, 'give content or data: what is to stand there instead');
  const merged = mergedPayload(event, members);
  if ('data' in merged) return { ok: true, edit: { seq, data: merged.data } };
  return refused('replay/bad-edit', `${path}.data.${merged.path}`, merged.message);
}

/** A text as an answer: of a model without calls of tools, of a tool as its result. */
function asContent({ type }: JournalEvent, content: string): Record<string, Json> {
  if (type === 'model.responded') return { content, toolCalls: [], finishReason: 'stop' };
  return type === 'tool.returned' ? { result: content } : { content };
}

/** Links what is taken over anew, and says behind it where it is from. */
export function beginning(
  { graph, runId, nowMs }: Parent,
  taken: readonly JournalEvent[],
  base: EventData<'fork.base'>,
): Forked {
  const shiftMs = nowMs - fromInstant(taken.at(-1)!.at);
  let atMs = nowMs;
  const writer = new JournalWriter({ runId, laneNeeds: laneNeedsOf(graph), now: () => atMs });
  const events = taken.map((event) => {
    atMs = fromInstant(event.at) + shiftMs;
    return writer.append(draftOf(event));
  });
  atMs = nowMs;
  events.push(writer.append({ type: 'fork.base', ...RUN, data: base, attempt: forksIn(taken) + 1 }));
  if (isPaused(taken))
    events.push(writer.append({ type: 'run.resumed', ...RUN, data: {}, attempt: pausesIn(taken) }));
  const [started] = taken;
  return { events, base, vars: started?.type === 'run.started' ? started.data.vars : {} };
}

const RUN = { lane: RUN_LANE, key: RUN_LANE };

const draftOf = ({ type, lane, key, attempt, inDigest, data }: JournalEvent): EventDraft =>
  ({ type, lane, key, attempt, data, ...(inDigest !== undefined && { inDigest }) }) as EventDraft;

const forksIn = (events: readonly JournalEvent[]): number =>
  events.filter(({ type }) => type === 'fork.base').length;
const pausesIn = (events: readonly JournalEvent[]): number =>
  events.filter(({ type }) => type === 'run.paused').length;

const isPaused = (events: readonly JournalEvent[]): boolean =>
  events.findLast(({ type }) => type === 'run.paused' || type === 'run.resumed')?.type === 'run.paused';
