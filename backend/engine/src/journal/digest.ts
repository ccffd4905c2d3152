import type { EventData, EventType, JournalEvent } from '@rehearse/contracts';
import { digestOf, quote, sha256Hex } from './canonical.js';

/** What a lane without needs starts from. */
export const GENESIS = sha256Hex('rehearse/v1');

export const RUN_LANE = 'run';
export const VERDICT_LANE = 'verdict';
/** The one node of an imported recording. */
export const RECORDED_NODE = 'recorded';

/** Control events and logs are in the journal, but in no digest. */
const OUTSIDE: ReadonlySet<EventType> = new Set([
  ...(['run.claimed', 'run.paused', 'run.resumed', 'run.canceled', 'fork.base', 'log'] as const),
]);
export const isOutsideDigests = (type: EventType): boolean => OUTSIDE.has(type);

/** The members of a payload that its digest covers; what was measured is left out. */
const COVERED: { [T in EventType]?: (data: EventData<T>) => unknown } = {
  'run.started': ({ vars, seed, chaos, memory = {} }) => ({
    ...{ vars, seed, chaos },
    ...(Object.keys(memory).length > 0 && { memory }),
  }),
  'model.responded': ({ content, toolCalls, finishReason, usage }) => ({
    content,
    toolCalls,
    finishReason,
    usage,
  }),
  'assertion.evaluated': (data) => (data.type.endsWith('latency') ? withoutMeasured(data) : data),
  'contract.violated': ({ seq: _seq, key: _key, ...rest }) => rest,
  'budget.exceeded': ({ used, ...rest }) => (rest.limit === 'maxDuration' ? rest : { ...rest, used }),
};

const withoutMeasured = ({
  score: _score,
  reason: _reason,
  evidence: _evidence,
  ...rest
}: EventData<'assertion.evaluated'>) => rest;

/** What of a payload its digest covers. */
export function coveredOf<T extends EventType>(type: T, data: EventData<T>): unknown {
  const covered = COVERED[type];
  return covered ? covered(data) : data;
}

export const payloadDigest = <T extends EventType>(type: T, data: EventData<T>): string =>
  digestOf(coveredOf(type, data));

type Linked = Pick<JournalEvent, 'type' | 'key' | 'attempt' | 'inDigest' | 'data' | 'prev'>;

/** SHA-256 over the previous digest in the lane, type, key, attempt, `inDigest` and the payload's digest. */
export function eventDigest({ prev, type, key, attempt, inDigest, data }: Linked): string {
  const asked = inDigest === undefined ? 'null' : `"${inDigest}"`;
  // Canonical JSON of the six, without the list: this is done for every event. Digests have nothing to be escaped.
  return sha256Hex(`["${prev}","${type}",${quote(key)},${attempt},${asked},"${payloadDigest(type, data)}"]`);
}

/** What a lane starts from: the heads of the lanes that its node needs, in file order. */
export const laneStart = (heads: readonly string[]): string => (heads.length ? digestOf(heads) : GENESIS);

/**
 * The digest of a run: of `run.started` and of the heads of the leaves in file order. When the run ended early, of the
 * head of the lane that stopped it and of the reason instead.
 */
export const runDigest = (parts: { started: string; heads: readonly string[]; stopped?: unknown }): string =>
  digestOf([parts.started, parts.heads, parts.stopped ?? null]);

type Result = JournalEvent<'assertion.evaluated' | 'contract.violated'>;

/** The head of the verdict lane: its events, all or those covered, chained by their place in the file, not by their time. */
export const verdictDigest = (
  events: readonly JournalEvent[],
  isCovered: ((result: Result) => boolean) | null = null,
): string =>
  events
    .filter((event) => event.type === 'assertion.evaluated' || event.type === 'contract.violated')
    .filter((event) => isCovered?.(event) ?? true)
    .sort((a, b) => a.data.position - b.data.position || (a.key < b.key ? -1 : 1))
    .reduce((head, event) => digestOf([head, event.digest]), GENESIS);
