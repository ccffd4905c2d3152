import { EVENT_DATA, type JournalEvent, type JsonObject } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { canonicalJson } from '../journal/canonical.js';
import { isOutsideDigests, payloadDigest } from '../journal/digest.js';
import type { Edit } from './edits.js';
import { planOf } from './recorded-plan.js';
import { reexecute } from './reexecute.js';
import { Tape } from './tape.js';

/**
 * How many of the events stay as they are when some of them were edited: those before the first that comes out in
 * another way when the program is executed again, be it that something else is asked or that something else follows.
 */
export async function soundLength(
  graph: CompiledGraph,
  events: readonly JournalEvent[],
  edits: readonly Edit[],
): Promise<number> {
  const first = Math.min(...edits.map(({ seq }) => seq));
  const isEdited = new Set(edits.map(({ seq }) => seq));
  const tape = new Tape(events, { isLenient: true });
  const plan = planOf({ graph, events }, tape);
  const again = new Map((await reexecute(plan, tape, events)).map((event) => [placeIn(event), event]));
  const isSound = (event: JournalEvent): boolean => {
    if (event.seq <= first || isOutsideDigests(event.type)) return true;
    const other = again.get(placeIn(event));
    if (!other) return false;
    if (isEdited.has(event.seq)) return true;
    return other.inDigest === event.inDigest && isSamePayload(event, other);
  };
  const stale = events.findIndex((event) => !isSound(event));
  return stale < 0 ? events.length : stale;
}

const placeIn = ({ type, key, attempt }: JournalEvent): string => `${type} ${key} ${attempt}`;

const isSamePayload = (a: JournalEvent, b: JournalEvent): boolean =>
  a.type === b.type && payloadDigest(a.type, a.data) === payloadDigest(b.type, b.data);

/** A payload with some members in place of the recorded ones; or what is wrong with it, with the path of the member. */
export function mergedPayload(
  { type, data }: JournalEvent,
  members: JsonObject,
): { data: JsonObject } | { path: string; message: string } {
  const merged = { ...data, ...members };
  const parsed = EVENT_DATA[type].safeParse(merged);
  const known = Object.keys(EVENT_DATA[type].shape);
  const unknown = Object.keys(members).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return { path: unknown, message: `${type} has no \`${unknown}\`; it has ${known.join(', ')}` };
  const [issue] = parsed.error?.issues ?? [];
  if (issue) return { path: issue.path.join('.'), message: issue.message };
  return { data: JSON.parse(canonicalJson(merged)) as JsonObject };
}
