import type { ChatMessage, Divergence, Json, JsonChange, JournalEvent } from '@rehearse/contracts';
import { canonicalJson, digestOf } from '../journal/canonical.js';
import { coveredOf } from '../journal/digest.js';
import { jsonDiff } from './json-diff.js';

export const ENGINE_VERSION = '0.1.0';

/** Two sides of the same place: what was recorded, what the replay did. One of them may be absent. */
export interface Difference {
  lane: string;
  recorded: JournalEvent | null;
  actual: JournalEvent | null;
}

interface Sides {
  recorded: readonly JournalEvent[];
  actual: readonly JournalEvent[];
  graph: { expected: string; actual: string };
}

const isRequest = (event: JournalEvent | null): boolean =>
  event?.type === 'model.requested' || event?.type === 'tool.called';

export const isSamePlace = (a: JournalEvent, b: JournalEvent): boolean =>
  a.key === b.key && a.type === b.type && a.attempt === b.attempt;

/** Says what kind of divergence a difference is, and shows both sides. */
export function describeDivergence(difference: Difference, sides: Sides): Divergence {
  const { lane, recorded, actual } = difference;
  const kind = kindOf(difference, sides);
  const inputs = kind === 'input_changed' ? inputsOf(difference, sides) : null;
  const inputDiff = inputs ? jsonDiff(inputs.expected, inputs.actual) : [];
  const place = kind === 'unexpected_effect' ? actual! : (recorded ?? actual!);
  return {
    seq: recorded?.seq ?? null,
    key: place.key,
    lane,
    kind,
    message: messageOf(kind, difference, inputDiff),
    expected: inputs?.expected ?? view(recorded),
    actual: inputs?.actual ?? view(actual),
    inputDiff,
    firstSeenAt: firstSeenAt(difference, sides, inputDiff),
    before: before(place, sides),
    versions: { graph: sides.graph, engine: ENGINE_VERSION, prompt: prompts(lane, sides) },
  };
}

function kindOf({ recorded, actual }: Difference, sides: Sides): Divergence['kind'] {
  if (recorded && actual && isSamePlace(recorded, actual)) {
    if (recorded.inDigest !== actual.inDigest) return 'input_changed';
    return sides.graph.expected === sides.graph.actual ? 'environment' : 'control_flow';
  }
  if (isRequest(actual)) return 'unexpected_effect';
  return isRequest(recorded) ? 'missing_effect' : 'control_flow';
}

function messageOf(
  kind: Divergence['kind'],
  { recorded, actual }: Difference,
  diff: readonly JsonChange[],
): string {
  const name = (event: JournalEvent | null) => (event ? `${event.type} at ${event.key}` : 'nothing');
  switch (kind) {
    case 'input_changed': {
      if (!isRequest(recorded)) return `${name(recorded)} was given something else`;
      const where =
        diff.length > 0 ? diff.map(({ pointer }) => pointer).join(', ') : 'its tools or its output schema';
      return `${name(recorded)} was asked something else: ${where}`;
    }
    case 'unexpected_effect':
      return `${name(actual)} was asked for, but the recording has ${name(recorded)}`;
    case 'missing_effect':
      return `${name(recorded)} was recorded, but never asked for`;
    case 'environment':
      return `${name(recorded)} came out differently from the same answers${outcomes(recorded!, actual!)}`;
    default:
      return recorded && actual && isSamePlace(recorded, actual)
        ? `${name(recorded)} came out differently${outcomes(recorded, actual)}`
        : `the recording has ${name(recorded)}, the replay has ${name(actual)}`;
  }
}

const MOST_PLACES = 5;

/** In what two events differ that stand in the same place. */
function outcomes(recorded: JournalEvent, actual: JournalEvent): string {
  const [before, now] = [recorded, actual].map(({ type, data }) => coveredOf(type, data) as Json);
  const places = jsonDiff(before!, now!, MOST_PLACES).map(({ pointer }) => pointer);
  return places.length > 0 ? `: ${places.join(', ')}` : ', behind something else';
}

const view = (event: JournalEvent | null): Json =>
  event && {
    type: event.type,
    key: event.key,
    attempt: event.attempt,
    data: event.data,
    digest: event.digest,
  };

/** What was asked on either side, with the whole conversation that a model sees. */
function inputsOf({ lane, recorded, actual }: Difference, sides: Sides): { expected: Json; actual: Json } {
  return {
    expected: inputOf(recorded!, laneOf(sides.recorded, lane)),
    actual: inputOf(actual!, laneOf(sides.actual, lane)),
  };
}

const laneOf = (events: readonly JournalEvent[], lane: string) =>
  events.filter((event) => event.lane === lane);

/** What was asked, with the whole conversation that a model sees; `lane` holds the events up to it. */
export function inputOf(event: JournalEvent, lane: readonly JournalEvent[]): Json {
  if (event.type !== 'model.requested') return event.data;
  const { target, model, params } = event.data;
  const messages: ChatMessage[] = [];
  for (const earlier of lane) {
    if (earlier.type === 'model.requested') messages.push(...earlier.data.messagesAdded);
    if (earlier === event) break;
    if (earlier.type !== 'model.responded') continue;
    const { content, toolCalls } = earlier.data;
    messages.push({ role: 'assistant', content, ...(toolCalls.length ? { toolCalls } : {}) });
  }
  return { target, model, messages, params };
}

/** The upstream event that first had the changed value: one that itself differs, else the first that holds the text. */
function firstSeenAt(
  { recorded, actual }: Difference,
  sides: Sides,
  inputDiff: readonly JsonChange[],
): Divergence['firstSeenAt'] {
  if (!actual || !recorded) return null;
  const known = new Set(sides.recorded.map(({ digest }) => digest));
  const upstream = sides.actual.filter((event) => event.seq < actual.seq && event.lane !== 'verdict');
  const differs = upstream.find((event) => !known.has(event.digest));
  const value = inputDiff.find((change) => change.actual !== undefined)?.actual;
  const holds =
    value === undefined
      ? undefined
      : upstream.find((event) => canonicalJson(event.data).includes(canonicalJson(value)));
  const first = differs ?? holds;
  return first ? { seq: first.seq, key: first.key } : null;
}

/** The last five recorded events before the place that the replay has too. */
function before(place: JournalEvent, sides: Sides): JournalEvent[] {
  const replayed = new Set(sides.actual.map(({ digest }) => digest));
  return sides.recorded.filter((event) => event.seq < place.seq && replayed.has(event.digest)).slice(-5);
}

function prompts(lane: string, sides: Sides): Divergence['versions']['prompt'] {
  return {
    expected: promptDigest(laneOf(sides.recorded, lane)),
    actual: promptDigest(laneOf(sides.actual, lane)),
  };
}

function promptDigest(lane: readonly JournalEvent[]): string | null {
  const first = lane.find((event) => event.type === 'model.requested');
  return first ? digestOf(first.data.messagesAdded) : null;
}
