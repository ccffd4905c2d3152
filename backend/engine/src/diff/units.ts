import type { EventData, EventType, JournalEvent, JsonObject, RunDiffSide } from '@rehearse/contracts';
import { isOutsideDigests, RUN_LANE, VERDICT_LANE } from '../journal/digest.js';
import { turnOf } from '../journal/keys.js';
import { isEnd } from '../journal/verify.js';

/** A step of a run as a diff knows it: all events of one key and attempt. */
export interface Unit extends Pick<RunDiffSide, 'key' | 'seq' | 'attempt' | 'type' | 'label'> {
  content: JsonObject;
  /** The seq of its last event: what came out of it. */
  endSeq: number;
  /** Of a request: the digest of all that was asked, also of what the journal does not hold. */
  asked?: { inDigest: string; behind: string };
}

/** The steps of a run in the order in which they began. What is measured, and what steers a run, is no part of them. */
export function unitsOf(events: readonly JournalEvent[]): Unit[] {
  const units = new Map<string, Unit>();
  for (const event of events) {
    if (event.lane === VERDICT_LANE || (isOutsideDigests(event.type) && event.type !== 'run.canceled'))
      continue;
    const place = `${event.key} ${event.attempt}${isEnd(event) ? ' end' : ''}`;
    const unit = units.get(place) ?? begin(event);
    units.set(place, unit);
    unit.endSeq = event.seq;
    describe(unit, event);
    Object.assign(unit.content, contentOf(event));
  }
  return [...units.values()];
}

const begin = ({ key, seq, attempt, lane }: JournalEvent): Unit => ({
  ...{ key, seq, endSeq: seq, attempt, content: {} },
  ...{ type: lane === RUN_LANE ? 'run' : 'node', label: '' },
});

function describe(unit: Unit, event: JournalEvent): void {
  const set = (type: Unit['type'], label: string) => Object.assign(unit, { type, label });
  if (event.type === 'run.started') set('run', 'start');
  else if (isEnd(event)) set('run', 'end');
  else if (event.type === 'node.started') set('node', event.data.type);
  else if (event.type === 'model.requested') {
    set('model', event.data.model);
    unit.asked = askedIn(event);
  } else if (event.type === 'tool.called') set('tool', event.data.tool);
}

/** A conversation stands whole in its first request; any other one has it behind the head of its lane. */
function askedIn({ key, attempt, inDigest, prev }: JournalEvent): Unit['asked'] {
  const isFirst = attempt === 1 && turnOf(key) === 1;
  return inDigest === undefined ? undefined : { inDigest, behind: isFirst ? '' : prev };
}

/**
 * Whether a model was asked the same with other tools or another output schema. The journal has only the digest of these, so
 * that it tells nothing of them where the conversation differs, too.
 */
export const isAskedOtherwise = ({ asked: a }: Unit, { asked: b }: Unit): boolean =>
  a !== undefined && b !== undefined && a.behind === b.behind && a.inDigest !== b.inDigest;

/** The same with a place for the tools and the output schema: the digest that covers them. */
export function withDigest(unit: Unit): Unit {
  const { content, asked } = unit;
  const request = { ...(content['request'] as JsonObject), toolsOrOutputSchema: asked!.inDigest };
  return { ...unit, content: { ...content, request } };
}

/** What was asked stands before what came back, so that the first place that differs tells which of them it is. */
const CONTENT: { [T in EventType]?: (data: EventData<T>) => object } = {
  'run.started': ({ vars, chaos, memory = {} }) => ({ vars, chaos, memory }),
  'run.finished': ({ verdict, output, reason }) => ({ verdict, output, reason }),
  'run.canceled': ({ reason = null }) => ({ canceled: reason }),
  'node.started': ({ type }) => ({ type }),
  'node.finished': ({ output, text }) => (output === text ? { output } : { output, text }),
  'node.skipped': ({ reason }) => ({ skipped: reason }),
  'model.requested': (request) => ({ request }),
  'model.responded': ({ content, toolCalls, finishReason }) => ({
    answer: { content, toolCalls, finishReason },
  }),
  'model.failed': ({ error }) => ({ error }),
  'tool.called': ({ tool, args }) => ({ tool, args }),
  'tool.returned': ({ result }) => ({ result }),
};

function contentOf({ type, data }: JournalEvent): object {
  const content = (CONTENT as Record<string, ((data: unknown) => object) | undefined>)[type];
  return content ? content(data) : 'error' in data ? { error: data.error } : { [type]: data };
}

/** Where in its content a step says what it was asked. */
const ASKED: Readonly<Record<Unit['type'], RegExp>> = {
  run: /^\/(vars|chaos|memory)(\/|$)/,
  node: /^$/,
  model: /^\/request(\/|$)/,
  tool: /^\/(tool|args)(\/|$)/,
};
export const isAsked = ({ type }: Unit, pointer: string): boolean => ASKED[type].test(pointer);

export const isEffect = ({ type }: Unit): boolean => type === 'model' || type === 'tool';

/** Whether another way was taken, and not the same one with another result. */
export const isWay = ({ type }: Unit, pointer: string): boolean =>
  type === 'node' && !/^\/(output|text)(\/|$)/.test(pointer);

export const viewOf = ({ key, seq, attempt, type, label, content }: Unit, isShown: boolean): RunDiffSide => ({
  ...{ key, seq, attempt, type, label },
  ...(isShown && { content }),
});
