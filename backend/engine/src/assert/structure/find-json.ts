import type { Json } from '@rehearse/contracts';

/** How many characters are read in all, so that a text of a million `[` ends as well. */
const MAX_READ = 20_000_000;

/** The JSON objects and arrays in a text, outermost ones, in their order. `isCut`: the search was given up. */
export function findJson(text: string): { found: Json[]; isCut: boolean } {
  const found: Json[] = [];
  let read = 0;
  let at = nextBracket(text, 0);
  while (at >= 0) {
    const end = endOfBrackets(text, at);
    read += (end ?? text.length) - at;
    if (read > MAX_READ) return { found, isCut: true };
    const value = end === undefined ? undefined : parsed(text.slice(at, end));
    if (value !== undefined) found.push(value);
    at = nextBracket(text, value !== undefined && end !== undefined ? end : at + 1);
  }
  return { found, isCut: false };
}

function nextBracket(text: string, from: number): number {
  const bracket = /[[{]/g;
  bracket.lastIndex = from;
  return bracket.exec(text)?.index ?? -1;
}

/** The index behind the bracket that closes the one at `start`; undefined when none does. */
function endOfBrackets(text: string, start: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
