import { PII_KINDS, PII_RULES, type PiiKind } from './pii-rules.js';

/** A piece of personal data or a secret, at its place in the text that was given. */
export interface FoundPii {
  kind: PiiKind;
  start: number;
  end: number;
}

/** How far a word may stand from what it explains. */
const NEAR = 40;
/** More of one kind are not counted. */
const MOST = 1_000;

/**
 * The personal data and secrets in a text, in their order, none within another. {@link preparePii} has to be awaited once
 * before. Zero-width characters between the letters do not hide anything.
 */
export function findPii(text: string, kinds: readonly PiiKind[] = PII_KINDS): FoundPii[] {
  const { plain, offsets } = visible(text);
  const found = kinds.flatMap((kind) => findKind(plain, kind));
  // Of two that overlap the longer one says what it is.
  const byLength = found.toSorted((one, other) => other.end - other.start - (one.end - one.start));
  const kept: FoundPii[] = [];
  for (const candidate of byLength) {
    if (!kept.some((other) => candidate.start < other.end && other.start < candidate.end))
      kept.push(candidate);
    if (kept.length >= MOST) break;
  }
  return kept
    .toSorted((one, other) => one.start - other.start)
    .map(({ kind, start, end }) => ({
      kind,
      start: offsets?.[start] ?? start,
      end: (offsets?.[end - 1] ?? end - 1) + 1,
    }));
}

function findKind(text: string, kind: PiiKind): FoundPii[] {
  const { shape, isReal, near } = PII_RULES[kind];
  const found: FoundPii[] = [];
  for (const { 0: match, index: start } of text.matchAll(shape)) {
    if (found.length >= MOST) break;
    const real = isReal?.(match) ?? true;
    const end = start + (typeof real === 'number' ? real : match.length);
    const around = near ? text.slice(Math.max(0, start - NEAR), end + NEAR) : '';
    if (real !== false && (!near || near.test(around))) found.push({ kind, start, end });
  }
  return found;
}

const HIDDEN = /[\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]/;

/** The text as it is read: full-width digits and letters as plain ones, nothing hidden; with the way back. */
function visible(text: string): { plain: string; offsets: number[] | null } {
  // eslint-disable-next-line no-control-regex -- what is not ASCII is looked at more closely
  if (/^[\x00-\x7F]*$/.test(text)) return { plain: text, offsets: null };
  let plain = '';
  const offsets: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (HIDDEN.test(character)) continue;
    const code = character.charCodeAt(0);
    plain += code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : character;
    offsets.push(at);
  }
  return { plain, offsets };
}
