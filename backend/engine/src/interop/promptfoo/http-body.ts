import type { Json } from '@rehearse/contracts';
import { isMapping } from '../sources.js';

/** The body of a request as JSON with templates in its texts; undefined for any that is not sent as JSON. */
export function readBody(body: Json | undefined): Json | undefined {
  const read = typeof body === 'string' ? parsed(quotedMarks(body)) : body;
  return isMapping(read) || Array.isArray(read) ? read : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const MARK = /\{\{[^]*?\}\}/y;

/**
 * A template of JSON as JSON: what stands in braces outside of a text becomes a text, as in `{"a": {{ prompt | dump }}}`, and
 * within one its quotes are escaped. Alone in a text it keeps its type, so `dump` says nothing any more.
 */
function quotedMarks(source: string): string {
  let quoted = '';
  let isInText = false;
  for (let at = 0; at < source.length;) {
    MARK.lastIndex = at;
    const mark = MARK.exec(source)?.[0];
    if (mark !== undefined) {
      quoted += isInText
        ? JSON.stringify(mark).slice(1, -1)
        : JSON.stringify(mark.replace(/\s*\|\s*(?:dump|tojson)\s*(?:\(\s*\))?\s*(-?\}\})$/, ' $1'));
      at += mark.length;
      continue;
    }
    const length = isInText && source[at] === '\\' ? 2 : 1;
    if (source[at] === '"') isInText = !isInText;
    quoted += source.slice(at, at + length);
    at += length;
  }
  return quoted;
}
