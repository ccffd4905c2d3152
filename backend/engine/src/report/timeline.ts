import type {
  JournalEvent,
  RunTimeline,
  TimelineAttempt,
  TimelineBar,
  TimelineWait,
} from '@rehearse/contracts';
import { fromInstant } from '../journal/instant.js';

/** What a journal says of when things happened. */
export type Timeline = Pick<RunTimeline, 'durationMs' | 'lanes' | 'waits' | 'gaps'>;

/** A gap is this share of a run at least, so that a long run does not show each breath. */
const LEAST_GAP = 1 / 20;

/** Lays the events of a run, or of its beginning, out in time: a lane for each execution of a node. */
export function timelineOf(events: readonly JournalEvent[]): Timeline {
  const draft = new Draft(events[0]?.at);
  for (const event of events) draft.take(event);
  const { bars, waits } = draft;
  const durationMs = draft.lastMs;
  return { durationMs, lanes: lanesOf(bars), waits, gaps: gapsOf([...bars.values()], durationMs) };
}

interface DraftBar extends TimelineBar {
  lane: string;
}

class Draft {
  readonly bars = new Map<string, DraftBar>();
  readonly waits: TimelineWait[] = [];
  lastMs = 0;
  readonly #startMs: number;

  constructor(startedAt: string | undefined) {
    this.#startMs = startedAt === undefined ? 0 : fromInstant(startedAt);
  }

  take(event: JournalEvent): void {
    const ms = Math.max(0, fromInstant(event.at) - this.#startMs);
    this.lastMs = Math.max(this.lastMs, ms);
    this.#begin(event, ms);
    this.#end(event, ms);
    this.#wait(event, ms);
    if (event.type === 'chaos.injected') this.#fault(event.key, event.data.fault);
  }

  #begin(event: JournalEvent, ms: number): void {
    switch (event.type) {
      case 'node.started':
        return this.#open(event, { kind: 'node', label: event.data.type, ms });
      case 'human.requested':
        return this.#open(event, { kind: 'human', label: event.data.prompt, ms });
      case 'timer.set':
        return this.#open(event, { kind: 'timer', label: 'timer', ms });
      case 'model.requested': {
        const { target, model } = event.data;
        return this.#attempt(event, { kind: 'model', label: model, ms, provider: target.provider, model });
      }
      case 'tool.called':
        return this.#attempt(event, {
          kind: 'tool',
          label: event.data.tool,
          ms,
          provider: null,
          model: null,
        });
      default:
    }
  }

  #end(event: JournalEvent, ms: number): void {
    switch (event.type) {
      case 'node.finished':
        return this.#close(event, { kind: 'node', ms, status: 'finished' });
      case 'node.errored':
        return this.#close(event, { kind: 'node', ms, status: 'errored' });
      case 'node.skipped':
        this.#open(event, { kind: 'node', label: event.data.reason, ms });
        return this.#close(event, { kind: 'node', ms, status: 'skipped' });
      case 'human.decided':
        return this.#close(event, { kind: 'human', ms, status: 'finished' });
      case 'timer.fired':
        return this.#close(event, { kind: 'timer', ms, status: 'finished' });
      case 'model.responded':
        return this.#close(event, { kind: 'model', ms, status: 'finished' });
      case 'tool.returned':
        return this.#close(event, { kind: 'tool', ms, status: 'finished' });
      case 'model.failed':
      case 'tool.failed':
        return this.#fail(event, ms);
      case 'run.canceled':
        for (const bar of this.bars.values()) if (bar.endMs === null) bar.status = 'canceled';
        return;
      default:
    }
  }

  #open(
    event: JournalEvent,
    { kind, label, ms }: { kind: TimelineBar['kind']; label: string; ms: number },
  ): void {
    const { key, lane, seq } = event;
    this.bars.set(`${kind} ${key}`, {
      ...{ key, lane, kind, label, startMs: ms, endMs: null, startSeq: seq, endSeq: null },
      ...{ status: 'running', attempts: [] },
    });
  }

  #attempt(
    event: JournalEvent,
    of: { kind: 'model' | 'tool'; label: string; ms: number; provider: string | null; model: string | null },
  ): void {
    const { kind, ms, provider, model } = of;
    if (!this.bars.has(`${kind} ${event.key}`)) this.#open(event, of);
    const bar = this.bars.get(`${kind} ${event.key}`)!;
    const before = bar.attempts.at(-1);
    if (before && before.endMs !== null && before.endMs < ms)
      this.waits.push({ kind: 'retry', key: event.key, startMs: before.endMs, endMs: ms });
    Object.assign(bar, { status: 'running', endMs: null, endSeq: null });
    bar.attempts.push({
      ...{
        attempt: event.attempt,
        provider,
        model,
        startMs: ms,
        endMs: null,
        startSeq: event.seq,
        endSeq: null,
      },
    });
  }

  #close(
    event: JournalEvent,
    { kind, ms, status }: { kind: TimelineBar['kind']; ms: number; status: TimelineBar['status'] },
  ) {
    const bar = this.bars.get(`${kind} ${event.key}`);
    if (!bar) return;
    Object.assign(bar, { endMs: ms, endSeq: event.seq, status });
    Object.assign(attemptOf(bar, event) ?? {}, { endMs: ms, endSeq: event.seq });
  }

  #fail(event: JournalEvent<'model.failed' | 'tool.failed'>, ms: number): void {
    const kind = event.type === 'model.failed' ? 'model' : 'tool';
    const bar = this.bars.get(`${kind} ${event.key}`);
    this.#close(event, { kind, ms, status: 'errored' });
    const attempt = bar && attemptOf(bar, event);
    if (attempt) attempt.error = event.data.error;
  }

  #wait({ type, key }: JournalEvent, ms: number): void {
    if (type === 'human.requested') this.waits.push({ kind: 'human', key, startMs: ms, endMs: null });
    if (type === 'timer.set') this.waits.push({ kind: 'timer', key, startMs: ms, endMs: null });
    if (type === 'run.paused') this.waits.push({ kind: 'paused', key, startMs: ms, endMs: null });
    const ended = ENDS[type];
    if (ended === undefined) return;
    for (const wait of this.waits)
      if (wait.kind === ended && wait.endMs === null && (ended === 'paused' || wait.key === key))
        wait.endMs = ms;
  }

  #fault(key: string, fault: string): void {
    const bar = [...this.bars.values()].findLast((one) => one.key === key);
    if (bar) bar.fault = fault;
  }
}

const ENDS: Partial<Record<JournalEvent['type'], TimelineWait['kind']>> = {
  'human.decided': 'human',
  'timer.fired': 'timer',
  'run.resumed': 'paused',
};

const attemptOf = (bar: TimelineBar, { attempt }: JournalEvent): TimelineAttempt | undefined =>
  bar.attempts.find((one) => one.attempt === attempt) ?? bar.attempts.at(-1);

function lanesOf(bars: ReadonlyMap<string, DraftBar>): Timeline['lanes'] {
  const lanes = new Map<string, TimelineBar[]>();
  for (const { lane, ...bar } of bars.values()) {
    const all = lanes.get(lane);
    if (all) all.push(bar);
    else lanes.set(lane, [bar]);
  }
  return [...lanes].map(([lane, all]) => ({ lane, bars: all }));
}

/** The times between calls, from the start of the run to its last event. */
function gapsOf(bars: readonly TimelineBar[], durationMs: number): Timeline['gaps'] {
  const calls = bars
    .filter(({ kind }) => kind === 'model' || kind === 'tool')
    .flatMap(({ attempts }) => attempts)
    .sort((a, b) => a.startMs - b.startMs);
  const gaps: Timeline['gaps'] = [];
  let busyUntilMs = 0;
  for (const { startMs, endMs } of [...calls, { startMs: durationMs, endMs: durationMs }]) {
    if (startMs - busyUntilMs >= Math.max(1, durationMs * LEAST_GAP))
      gaps.push({ startMs: busyUntilMs, endMs: startMs });
    busyUntilMs = Math.max(busyUntilMs, endMs ?? durationMs);
  }
  return gaps;
}
