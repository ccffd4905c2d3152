import type { AssertionSpec, Json } from '@rehearse/contracts';
import { lazily } from '../library.js';
import { onText } from '../output-text.js';
import type { CompileRule, Finding, Unknown } from '../rule.js';
import { badValue, excerpt, isMap, onlyKeys, quote } from '../rule.js';

const saxes = lazily('saxes', () => import('saxes'));

/** Deeper documents are refused: nothing that an agent is asked for is nested like this. */
const MOST_DEPTH = 1_000;

/** The paths of all elements, as in `order.item`, or why the text is no well-formed XML 1.0. */
type Reading = { elements: ReadonlySet<string> } | { problem: string };

/** Reads a whole document. Entities of a DTD are not expanded: a text that uses one is not accepted. */
function readXml(text: string): Reading {
  const parser = new (saxes.get().SaxesParser)();
  const open: string[] = [];
  const elements = new Set<string>();
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) throw new Error('declarations within a DOCTYPE are not read');
  });
  parser.on('opentag', ({ name }) => {
    open.push(name);
    if (open.length > MOST_DEPTH) throw new Error(`elements are nested more than ${MOST_DEPTH} deep`);
    elements.add(open.slice(-MOST_PATH).join('.'));
    if (open.length <= MOST_PATH) elements.add(open.join('.'));
  });
  parser.on('closetag', () => void open.pop());
  try {
    parser.write(text).close();
    return { elements };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** Of a path only so many steps are kept. */
const MOST_PATH = 20;

/** Without the position, which counts in the part of the text that was tried. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^\d+:\d+: /, '');

/**
 * `{requiredElements: [order, order.item]}`: paths of elements that have to be there, as in promptfoo; the list alone too, or a
 * text with commas between them.
 */
function requiredOf({ value }: AssertionSpec): readonly string[] {
  if (value === undefined || value === null) return [];
  const given = isMap(value) ? (onlyKeys(value, ['requiredElements']), value['requiredElements']) : value;
  const list = typeof given === 'string' ? given.split(',').map((path) => path.trim()) : given;
  const path = isMap(value) ? ['value', 'requiredElements'] : ['value'];
  const isFine = Array.isArray(list) && list.every((item) => typeof item === 'string' && item !== '');
  return isFine
    ? (list as string[])
    : badValue('must be a list of elements, as in [order, order.item]', path);
}

const isXml: CompileRule = (spec) => {
  const required = requiredOf(spec);
  return {
    prepare: saxes.load,
    evaluate: onText((text) => {
      const reading = readXml(text.trim());
      return xmlFinding(text, { verb: 'be', required, problems: problemsOf(reading, required) });
    }),
  };
};

const containsXml: CompileRule = (spec) => {
  const required = requiredOf(spec);
  return {
    prepare: saxes.load,
    evaluate: onText((text): Finding | Unknown => {
      const { parts, isCut } = partsLikeXml(text);
      const readings = parts.map((part) => problemsOf(readXml(part), required));
      const problems = readings.find((found) => found.length === 0) ?? readings[0] ?? ['no element'];
      if (problems.length > 0 && isCut)
        return { unknown: 'the text has too many brackets to find XML in it' };
      return xmlFinding(text, { verb: 'contain', required, problems });
    }),
  };
};

function problemsOf(reading: Reading, required: readonly string[]): string[] {
  if ('problem' in reading) return [reading.problem];
  const { elements } = reading;
  return required.filter((element) => !elements.has(element)).map((element) => `no element ${element}`);
}

function xmlFinding(
  text: string,
  { verb, required, problems }: { verb: string; required: readonly string[]; problems: readonly string[] },
): Finding {
  const having = required.length > 0 ? ` with ${required.join(', ')}` : '';
  const expected: Json = required.length > 0 ? { requiredElements: [...required] } : 'XML';
  return {
    holds: problems.length === 0,
    claim: [verb === 'be' ? 'the output' : 'the text', `${verb} well-formed XML${having}`],
    got: problems.length > 0 ? `${problems.slice(0, 5).join('; ')} in ${quote(text)}` : quote(text),
    evidence: { expected, actual: excerpt(text) },
  };
}

const MOST_PARTS = 50;
const TAG = /<(\/?)([A-Za-z_:][\w:.-]{0,200})(?:\s[^<>]{0,10000})?(\/?)>/g;

/** The outermost parts of a text that begin with a tag and end with its counterpart; at most fifty. */
function partsLikeXml(text: string): { parts: string[]; isCut: boolean } {
  const parts: string[] = [];
  let open: { name: string; start: number; depth: number } | undefined;
  for (const match of text.matchAll(TAG)) {
    const [tag, slash, name, selfClosing] = match;
    if (parts.length >= MOST_PARTS) return { parts, isCut: true };
    if (!open) {
      if (slash) continue;
      if (selfClosing) parts.push(tag);
      else open = { name: name!, start: match.index, depth: 1 };
    } else if (name === open.name && !selfClosing && (open.depth += slash ? -1 : 1) === 0) {
      parts.push(text.slice(open.start, match.index + tag.length));
      open = undefined;
    }
  }
  return { parts, isCut: false };
}

/** XML in the output. */
export const XML_RULES: Readonly<Record<string, CompileRule>> = {
  'is-xml': isXml,
  'contains-xml': containsXml,
};
