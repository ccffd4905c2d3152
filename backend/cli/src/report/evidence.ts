import type { Json } from '@rehearse/contracts';
import { jsonDiff } from '@rehearse/engine';
import type { Paint } from '../text/paint.js';
import { jsonLine, printable } from '../text/printable.js';
import { sideBySide } from '../text/side-by-side.js';

const MOST_LINES = 12;
const MOST_PLACES = 6;

interface Options {
  paint: Paint;
  /** How wide the text may be. */
  columns: number;
}

/**
 * What was expected and what there was, below each other; of two objects only the places that differ, and of two texts
 * of several lines the lines that differ, in two columns.
 */
export function describeSides(sides: { expected: Json; actual: Json }, options: Options): string {
  const { paint } = options;
  const { expected } = sides;
  if (isLong(sides.expected) && isLong(sides.actual))
    return sideBySide({ expected: sides.expected, actual: sides.actual }, options);
  const actual = isContainer(expected) ? parsed(sides.actual) : sides.actual;
  const places = bothContainers(expected, actual) ? jsonDiff(expected, actual, MOST_PLACES) : [];
  if (places.length === 0 || places[0]!.pointer === '')
    return side('expected', expected, paint) + side('actual', actual, paint);
  return places
    .map((place) => {
      const at = `${paint('dim', place.pointer)}\n`;
      return at + side('expected', place.expected, paint) + side('actual', place.actual, paint);
    })
    .join('');
}

const isLong = (value: Json): value is string => typeof value === 'string' && value.includes('\n');
const isContainer = (value: Json): boolean => typeof value === 'object' && value !== null;
const bothContainers = (a: Json, b: Json): boolean => isContainer(a) && isContainer(b);

/** Evidence holds an output as its text; beside an object the object in it is what people compare. */
function parsed(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function side(name: 'expected' | 'actual', value: Json | undefined, paint: Paint): string {
  const colour = name === 'expected' ? 'green' : 'red';
  const label = `${name.padEnd(8)}  `;
  if (value === undefined) return `${label}${paint(colour, '(nothing)')}\n`;
  if (typeof value !== 'string' || !value.includes('\n'))
    return `${label}${paint(colour, jsonLine(value))}\n`;
  const lines = printable(value).split('\n');
  const shown = lines.slice(0, MOST_LINES).map((line) => `  ${paint(colour, line)}\n`);
  if (lines.length > MOST_LINES)
    shown.push(`  ${paint('dim', `… ${lines.length - MOST_LINES} more lines`)}\n`);
  return `${label.trimEnd()}\n${shown.join('')}`;
}
