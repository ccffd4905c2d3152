import { NORMALISERS, type Json, type Normaliser } from '@rehearse/contracts';

/** What no two runs have in common, though they do the same. */
const PATTERNS: Readonly<Record<Normaliser, readonly RegExp[]>> = {
  ids: [
    // UUIDs, digests and other long hex, ULIDs, the ids that providers give to calls and answers.
    /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    /\b[0-9a-f]{32,}\b/gi,
    /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g,
    /\b(?:call|chatcmpl|msg|toolu|resp|req|run)[_-](?=[A-Za-z]*\d)[A-Za-z0-9]{8,}\b/g,
  ],
  times: [
    /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?/g,
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT\b/g,
  ],
};
/** Of all that the patterns match. */
const SHORTEST = 12;
const SHOWN: Readonly<Record<Normaliser, string>> = { ids: '‹id›', times: '‹time›' };

export type MaskCounts = Record<Normaliser, number>;
export const noMasks = (): MaskCounts => ({ ids: 0, times: 0 });

/** A copy in which what the normalisers name is masked, where one can see it; counts what was. */
export function masked(value: Json, names: readonly Normaliser[], counts: MaskCounts): Json {
  if (names.length === 0) return value;
  if (typeof value === 'string') return maskedText(value, names, counts);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => masked(item, names, counts));
  const copy: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (name === 'toolCalls' && Array.isArray(member)) copy[name] = maskedCalls(member, names, counts);
    else if (name === 'toolCallId' && names.includes('ids')) copy[name] = maskedId(counts);
    else copy[name] = masked(member, names, counts);
  }
  return copy;
}

/** The id of a call ties an answer to its question, and means nothing else; ours is made of the name of the node. */
function maskedCalls(calls: readonly Json[], names: readonly Normaliser[], counts: MaskCounts): Json[] {
  return calls.map((call) => {
    const copy = masked(call, names, counts);
    const hasId = typeof copy === 'object' && copy !== null && 'id' in copy;
    return hasId && names.includes('ids') ? { ...copy, id: maskedId(counts) } : copy;
  });
}

function maskedId(counts: MaskCounts): string {
  counts.ids++;
  return SHOWN.ids;
}

function maskedText(text: string, names: readonly Normaliser[], counts: MaskCounts): string {
  if (text.length < SHORTEST) return text;
  let shown = text;
  for (const name of NORMALISERS)
    if (names.includes(name))
      for (const pattern of PATTERNS[name])
        shown = shown.replace(pattern, () => {
          counts[name]++;
          return SHOWN[name];
        });
  return shown;
}
