import type { JournalEvent } from '@rehearse/contracts';
import { digestOf } from '../journal/canonical.js';
import { VERDICT_LANE } from '../journal/digest.js';
import { SIDE_EFFECT } from '../replay/hold-rule.js';
import { isAnswer } from '../replay/open-calls.js';
import { askedIn, placeOf } from '../replay/tape.js';

/** What of a run tells by whom its verdict came about. */
export interface Observed {
  /** Passed 1, failed 0; null where neither can be said. */
  score: number | null;
  /** All that nodes did and what checks without a judge found. */
  acts: string;
  /** What checks found that ask a judge. */
  judged: string;
  /** What people decided and chaos did. */
  around: string;
  /** The answer to each request of a model or tool, the nth of the same request apart. */
  models: ReadonlyMap<string, string>;
  tools: ReadonlyMap<string, string>;
  /** Whether a judge was asked. */
  asksJudge: boolean;
  /** The tools that were called. */
  called: ReadonlySet<string>;
}

export function observe(events: readonly JournalEvent[]): Observed {
  const judges = judgeKeys(events);
  const isJudged = ({ key }: JournalEvent) => judges.some((asked) => asked.startsWith(key));
  const acts: string[] = [];
  const judged: string[] = [];
  const around: string[] = [];
  for (const event of events) {
    const told = toldBy(event);
    if (told === null) continue;
    const line = `${event.lane} ${event.type} ${event.key} ${event.attempt} ${digestOf(told)}`;
    if (event.type === 'human.decided' || event.type === 'chaos.injected') around.push(line);
    else if (event.type === 'assertion.evaluated' && isJudged(event)) judged.push(line);
    else acts.push(line);
  }
  return {
    ...{ score: scoreOf(events), acts: inOrder(acts), judged: inOrder(judged), around: inOrder(around) },
    ...answersIn(events),
    asksJudge: judges.length > 0,
    called: new Set(events.flatMap((event) => (event.type === 'tool.called' ? [event.data.tool] : []))),
  };
}

/** Lanes run side by side: what happened is told, not when. */
const inOrder = (lines: readonly string[]): string => digestOf(lines.toSorted());

const judgeKeys = (events: readonly JournalEvent[]): string[] =>
  events.flatMap(({ lane, type, key }) => (lane === VERDICT_LANE && type === 'model.requested' ? [key] : []));

function scoreOf(events: readonly JournalEvent[]): number | null {
  const end = events.at(-1);
  const isRefused = (event: JournalEvent) =>
    event.type === 'tool.failed' && event.data.error.code === SIDE_EFFECT;
  if (end?.type !== 'run.finished' || events.some(isRefused)) return null;
  const { verdict } = end.data;
  return verdict === 'passed' ? 1 : verdict === 'failed' ? 0 : null;
}

/** What an event says, apart from what is measured, drawn anew each time or told by another event; null: nothing. */
function toldBy(event: JournalEvent): unknown {
  if (event.type === 'assertion.evaluated') return event.data.verdict;
  if (event.type === 'contract.violated') return event.data.id;
  if (event.lane === VERDICT_LANE) return null;
  switch (event.type) {
    case 'model.responded':
    case 'model.failed':
    case 'tool.returned':
    case 'tool.failed':
      return answerOf(event);
    case 'human.decided':
      return event.data;
    case 'chaos.injected':
      return event.data.fault;
    case 'node.finished':
      return event.data.output ?? null;
    case 'node.errored':
      return event.data.error.code;
    case 'branch.taken':
    case 'race.won':
    case 'budget.exceeded':
      return { ...event.data, used: null };
    default:
      return null;
  }
}

function answerOf(event: JournalEvent): unknown {
  switch (event.type) {
    case 'model.responded': {
      const { content, toolCalls, finishReason } = event.data;
      // The id of a call is made anew each time.
      const calls = toolCalls.map((call) => ({ ...call, id: null }));
      return { content, toolCalls: calls, finishReason };
    }
    case 'tool.returned':
      return event.data.result;
    case 'model.failed':
    case 'tool.failed':
      return { error: event.data.error.code };
    default:
      return null;
  }
}

/** By request; what chaos had a hand in is no answer of anybody. */
function answersIn(events: readonly JournalEvent[]): Pick<Observed, 'models' | 'tools'> {
  const open = new Map<string, { kind: string; request: string }>();
  const counts = new Map<string, number>();
  const answers = { model: new Map<string, string>(), tool: new Map<string, string>() };
  for (const event of events) {
    if (event.lane === VERDICT_LANE) continue;
    const asked = askedIn(event);
    if (asked?.inDigest !== undefined)
      open.set(placeOf(event), { kind: asked.kind, request: asked.inDigest });
    if (event.type === 'chaos.injected') open.delete(placeOf(event));
    const of = open.get(placeOf(event));
    if (!of || !isAnswer(event) || (of.kind !== 'model' && of.kind !== 'tool')) continue;
    const nth = (counts.get(of.request) ?? 0) + 1;
    counts.set(of.request, nth);
    answers[of.kind].set(`${of.request} ${nth}`, digestOf(answerOf(event)));
  }
  return { models: answers.model, tools: answers.tool };
}
