import type { EventData, Hold, JournalEvent } from '@rehearse/contracts';
import { HoldRule } from './hold-rule.js';
import { isJudge } from './judging-effects.js';
import { edited } from './edits.js';
import { isAnswer, openCalls } from './open-calls.js';
import { askedIn, placeOf, Tape, type Asked } from './tape.js';
import { TapeRule, type AnswerRule } from './taped-effects.js';

/** Where an answer of a fork came from: from the tape of its parent, or anew. */
export interface Origin {
  seq: number;
  key: string;
  type: JournalEvent['type'];
  from: 'tape' | 'live';
}

/** What a fork took over and what it had made, and what that cost. */
export interface Provenance {
  tape: number;
  live: number;
  /** Of what was had anew; what the tape answers costs nothing again. */
  costUsd: number;
  origins: Origin[];
}

/** The last fork of a journal, which is its own: those before it came with what it took over. */
export const forkBaseOf = (events: readonly JournalEvent[]): JournalEvent<'fork.base'> | undefined =>
  events.findLast((event) => event.type === 'fork.base');

/**
 * Which answers a fork takes from the tape of its parent: up to `fromSeq`, until something else is asked; under a fault
 * every one whose request is the same; of a rerun those that are held. `events` is the journal of the fork so far.
 * `knows` says where the conditions of a turn, such as who could be asked, are those of the tape.
 */
export function ruleOf(
  { data: base, seq }: JournalEvent<'fork.base'>,
  { events, parent }: { events: readonly JournalEvent[]; parent: readonly JournalEvent[] },
): { rule: AnswerRule; tape: Tape; knows: (key: string) => boolean } {
  if (base.hold) return heldBy(base.hold, parent);
  const taken = tapeOf(base, parent);
  const tape = new Tape(taken);
  const open = new Set([...openCalls(events.slice(0, seq)), ...openCalls(taken)]);
  const rule = new TapeRule({ tape, open, endsAtMiss: base.fault === undefined });
  return { tape, rule, knows: (key) => tape.knows(key) };
}

function heldBy(hold: Hold, parent: readonly JournalEvent[]) {
  const tape = new Tape(parent);
  const knows = (key: string) => hold.model && !isJudge(key) && tape.knows(key);
  return { tape, rule: new HoldRule(hold, { tape, events: parent }), knows };
}

function tapeOf({ fault, fromSeq, edits }: EventData<'fork.base'>, parent: readonly JournalEvent[]) {
  return fault ? parent : edited(parent.slice(0, fromSeq), edits);
}

/** Asks the rule once more about what was asked so far: answers where each answer is from, by the place of its call. */
export function retrace(rule: AnswerRule, events: readonly JournalEvent[], baseSeq: number) {
  const from = new Map<string, Origin['from']>();
  const faults = new Map(
    events.flatMap((event) => (event.type === 'chaos.injected' ? [[placeOf(event), event.data.fault]] : [])),
  );
  const ask = (asked: Asked) => {
    const fault = faults.get(placeOf(asked)) ?? null;
    from.set(placeOf(asked), rule.answerTo({ ...asked, fault }) ? 'tape' : 'live');
  };
  const open = openCalls(events.slice(0, baseSeq));
  for (const event of events) {
    const asked = askedIn(event);
    if (asked && (event.seq > baseSeq || open.has(placeOf(event)))) ask(asked);
  }
  return from;
}

/** Where each answer of a run came from; of a run that is no fork, all were had anew. */
export function provenanceOf(
  events: readonly JournalEvent[],
  parent: readonly JournalEvent[] | null,
): Provenance {
  const base = forkBaseOf(events);
  const from = base && parent ? retrace(ruleOf(base, { events, parent }).rule, events, base.seq) : new Map();
  const originOf = (event: JournalEvent): Origin['from'] =>
    event.seq < (base?.seq ?? 0) ? 'tape' : (from.get(placeOf(event)) ?? 'live');
  const answers = events.filter(isAnswer);
  const origins = answers.map((event) => ({
    ...{ seq: event.seq, key: event.key, type: event.type },
    from: originOf(event),
  }));
  const live = answers.filter((event) => originOf(event) === 'live');
  return { tape: answers.length - live.length, live: live.length, costUsd: costOf(live), origins };
}

export const costOf = (events: readonly JournalEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === 'model.responded' ? (event.data.costUsd ?? 0) : 0), 0);
