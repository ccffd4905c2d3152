/**
 * Nunjucks, as far as prompts use it: text, `{{ path | filter }}`, comments, and raw blocks.
 * https://mozilla.github.io/nunjucks/templating.html
 */
export type Token =
  | { text: string }
  /** A path from a variable, as in `user.tags[0]`, and the filters behind it. */
  | { path: readonly (string | number)[]; filters: readonly Filter[] }
  /** What is written between the braces, where it is anything else. */
  | { other: string };

export interface Filter {
  name: string;
  args: readonly (string | number)[];
}

const MARK = /\{\{-?[\s\S]*?-?\}\}|\{#[\s\S]*?#\}|\{%-?[\s\S]*?-?%\}/g;
const RAW = /^\{%-?\s*raw\s*-?%\}$/;
const END_RAW = /\{%-?\s*endraw\s*-?%\}/;

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const mark = new RegExp(MARK);
  let at = 0;
  for (let found = mark.exec(source); found; found = mark.exec(source)) {
    const [written] = found;
    tokens.push({ text: trimmedBefore(source.slice(at, found.index), written) });
    at = found.index + written.length;
    if (RAW.test(written)) {
      const rest = source.slice(at);
      const end = END_RAW.exec(rest);
      tokens.push({ text: end ? rest.slice(0, end.index) : rest });
      at = end ? at + end.index + end[0].length : source.length;
      mark.lastIndex = at;
    } else if (!written.startsWith('{#')) tokens.push(tokenOf(written));
    if (/-[}%]\}$/.test(written)) at += /^\s*/.exec(source.slice(at))![0].length;
  }
  tokens.push({ text: source.slice(at) });
  return tokens.filter((token) => !('text' in token) || token.text !== '');
}

/** `{{-` takes the white space before it away. */
const trimmedBefore = (text: string, mark: string): string => (/^\{[{%]-/.test(mark) ? text.trimEnd() : text);

function tokenOf(written: string): Token {
  const inner = written.slice(2, -2).replace(/^-|-$/g, '').trim();
  if (written.startsWith('{%')) return { other: written };
  const [head = '', ...filters] = splitOutside(inner, '|').map((part) => part.trim());
  const literal = literalOf(head);
  if (typeof literal === 'string' && filters.length === 0) return { text: literal };
  const path = pathOf(head);
  const parsed = filters.map(filterOf);
  return path && parsed.every((filter) => filter !== undefined)
    ? { path, filters: parsed }
    : { other: written };
}

const STEP = /^\.([A-Za-z_]\w*)|^\[\s*(\d+)\s*\]|^\[\s*(?:'([^']*)'|"([^"]*)")\s*\]/;

function pathOf(text: string): (string | number)[] | undefined {
  const head = /^[A-Za-z_]\w*/.exec(text);
  if (!head) return undefined;
  const path: (string | number)[] = [head[0]];
  let rest = text.slice(head[0].length);
  while (rest !== '') {
    const step = STEP.exec(rest);
    if (!step) return undefined;
    path.push(step[2] === undefined ? (step[1] ?? step[3] ?? step[4])! : Number(step[2]));
    rest = rest.slice(step[0].length);
  }
  return path;
}

function filterOf(text: string): Filter | undefined {
  const found = /^([A-Za-z_]\w*)\s*(?:\(([\s\S]*)\))?$/.exec(text);
  if (!found) return undefined;
  const written = found[2]?.trim() ?? '';
  const args = written === '' ? [] : splitOutside(written, ',').map((part) => literalOf(part.trim()));
  return args.every((arg) => arg !== undefined) ? { name: found[1]!, args } : undefined;
}

function literalOf(text: string): string | number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const quoted = /^'((?:[^'\\]|\\.)*)'$|^"((?:[^"\\]|\\.)*)"$/.exec(text);
  const inner = quoted && (quoted[1] ?? quoted[2]);
  return inner?.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

/** Cuts at a separator that stands in no quotes and no brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
