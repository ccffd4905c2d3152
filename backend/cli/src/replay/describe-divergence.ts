import type { Divergence, Json, JsonObject } from '@rehearse/contracts';
import { canonicalJson } from '@rehearse/engine';
import { describeSides } from '../report/evidence.js';
import type { Paint } from '../text/paint.js';
import { indent, jsonLine, oneLine } from '../text/printable.js';
import { sideBySide } from '../text/side-by-side.js';

interface Options {
  paint: Paint;
  /** Of the terminal. */
  columns?: number;
}

type Sized = Required<Options>;

const MOST_PLACES = 6;
/** Of the report around it. */
const INDENT = 6;

/** Where and how a replay left its recording: both sides, the places that differ, and what came before. */
export function describeDivergence(divergence: Divergence, { paint, columns = 100 }: Options): string {
  const { seq, key, lane, kind, message, expected, actual } = divergence;
  const place = `seq ${seq ?? '– (not recorded)'}, key ${key}${lane === key ? '' : `, lane ${lane}`}`;
  const sides =
    kind === 'chain_broken'
      ? brokenLink({ expected, actual }, { paint, columns })
      : sideBySide(
          { expected: pretty(expected), actual: pretty(actual) },
          { paint, columns: columns - INDENT },
        );
  return [
    `${paint('red', kind)} at ${place}\n`,
    `${oneLine(message, 400)}\n`,
    sides,
    places(divergence, { paint, columns }),
    around(divergence, paint),
  ].join('');
}

/** What does not hold, then the event as it stands there: nothing says how it stood before. */
function brokenLink({ expected, actual }: Record<'expected' | 'actual', Json>, options: Sized): string {
  const { paint } = options;
  const held = isObject(expected) && isObject(actual);
  if (!held || actual['data'] === undefined) return describeSides({ expected, actual }, options);
  const { type, data, ...link } = actual;
  const event = `${paint('bold', 'the event')}  ${String(type)}  ${jsonLine(data, 160)}\n`;
  return describeSides({ expected, actual: link }, options) + event;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** With keys in order, so that only what differs looks different. */
const pretty = (value: Json): string => JSON.stringify(JSON.parse(canonicalJson(value)), null, 2);

function places({ inputDiff }: Divergence, options: Sized): string {
  const { paint, columns } = options;
  const shown = inputDiff.slice(0, MOST_PLACES).map((change) => {
    const pointer = `${paint('bold', oneLine(change.pointer || '(all of it)'))}\n`;
    const absent = { expected: change.expected ?? null, actual: change.actual ?? null };
    return pointer + indent(describeSides(absent, { paint, columns: columns - INDENT - 2 }), 2);
  });
  const more = inputDiff.length > MOST_PLACES ? `and ${inputDiff.length - MOST_PLACES} more places\n` : '';
  return shown.join('') + more;
}

function around({ firstSeenAt, before, versions }: Divergence, paint: Paint): string {
  const first = firstSeenAt ? `first seen at  seq ${firstSeenAt.seq}, ${firstSeenAt.key}\n` : '';
  const matched = before.map(
    ({ seq, type, key, data }) =>
      `  ${String(seq).padStart(4)} ${type.padEnd(18)} ${key}  ${jsonLine(data, 60)}\n`,
  );
  const context = matched.length > 0 ? `matched before it\n${matched.join('')}` : '';
  const { expected, actual } = versions.graph;
  const graph =
    expected === actual
      ? ''
      : `graph digest   recorded ${expected.slice(0, 12)}, now ${actual.slice(0, 12)}\n`;
  return first + paint('dim', context) + graph;
}
