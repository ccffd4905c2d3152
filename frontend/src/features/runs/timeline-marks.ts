import type { JournalEvent, StepView } from '@rehearse/contracts';
import { toneOf } from './event-tone.js';
import type { SeqRange } from './run-range.js';

const MOST_LANES = 4;
const MOST_BARS = 300;
const BUCKETS = 240;

export interface Bar extends SeqRange {
  step: StepView;
  lane: number;
}

/** Steps side by side where they overlap, in at most four lanes. Of very many only the longest are drawn. */
export function barsOf(steps: readonly StepView[], runSeq: number): Bar[] {
  // What still goes on has no end yet: it reaches as far as the journal.
  const endOf = (step: StepView) =>
    step.status === 'running' ? Math.max(step.lastSeq, runSeq) : step.lastSeq;
  const length = (step: StepView) => endOf(step) - step.firstSeq;
  const drawn =
    steps.length <= MOST_BARS ? steps : steps.toSorted((a, b) => length(b) - length(a)).slice(0, MOST_BARS);
  const ends: number[] = [];
  return drawn
    .toSorted((a, b) => a.firstSeq - b.firstSeq)
    .map((step) => {
      const free = ends.findIndex((end) => end < step.firstSeq);
      const lane = free >= 0 ? free : Math.min(ends.length, MOST_LANES - 1);
      ends[lane] = Math.max(ends[lane] ?? 0, endOf(step));
      return { step, lane, from: step.firstSeq, to: endOf(step) };
    });
}

export const laneCount = (bars: readonly Bar[]): number => Math.max(1, ...bars.map(({ lane }) => lane + 1));

/** Where something happened, from 0 to 1, as many places as can be told apart. */
export function ticksOf(
  rows: readonly number[],
  { count, lastSeq }: { count: number; lastSeq: number },
): number[] {
  const places = new Set<number>();
  for (let row = 0; row < count; row++)
    places.add(Math.round(shareOf((rows[row] ?? 0) + 1, lastSeq) * BUCKETS));
  return [...places].map((place) => place / BUCKETS);
}

export interface ProblemTick {
  share: number;
  tone: 'problem' | 'warning';
}

/** The same of events that somebody who looks for trouble wants to see, each place with the worst of them. */
export function problemTicks(
  rows: readonly number[],
  { events, ...line }: { count: number; lastSeq: number; events: readonly JournalEvent[] },
): ProblemTick[] {
  const seen = rows.slice(0, line.count);
  const isWarning = (row: number) => events[row] !== undefined && toneOf(events[row]) === 'warn';
  const [warnings, problems] = [seen.filter(isWarning), seen.filter((row) => !isWarning(row))];
  const ticks = (some: number[], tone: ProblemTick['tone']) =>
    ticksOf(some, { ...line, count: some.length }).map((share) => [share, { share, tone }] as const);
  return [...new Map([...ticks(warnings, 'warning'), ...ticks(problems, 'problem')]).values()];
}

/** Where an event stands on the line, from 0 to 1: every event has as much room, so idle time has none. */
export const shareOf = (seq: number, lastSeq: number): number =>
  lastSeq <= 1 ? 0 : Math.min(1, Math.max(0, (seq - 1) / (lastSeq - 1)));

export const seqAt = (share: number, lastSeq: number): number =>
  Math.round(1 + Math.min(1, Math.max(0, share)) * (Math.max(1, lastSeq) - 1));

/** The time since the run began. */
export function elapsedMs(events: readonly JournalEvent[], seq: number): number | null {
  const [first, event] = [events[0], events[seq - 1]];
  return first && event ? Math.max(0, Date.parse(event.at) - Date.parse(first.at)) : null;
}
