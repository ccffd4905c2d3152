import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const ALL_LONE_SURROGATES = new RegExp(LONE_SURROGATE, 'g');
const MAY_HOLD_SURROGATE = /[\uD800-\uDFFF]/;

/** A value that has no canonical JSON: NaN, an infinity, a lone surrogate, or no JSON at all. */
export class NotCanonical extends TypeError {}

/**
 * The canonical JSON of a value, after RFC 8785: members sorted by UTF-16 code units, no white space, numbers as
 * ECMAScript prints them. Members that are undefined are left out. Throws {@link NotCanonical}.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical(`${value} has no place in JSON`);
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayJson(value) : objectJson(value as Record<string, unknown>);
    default:
      throw new NotCanonical(`a ${typeof value} has no place in JSON`);
  }
}

/** A JSON string. Throws {@link NotCanonical} for a lone surrogate. */
export function quote(text: string): string {
  const json = JSON.stringify(text);
  // A lone surrogate is escaped, so a text without escapes has none; most have none.
  if (json.length > text.length + 2 && MAY_HOLD_SURROGATE.test(text) && LONE_SURROGATE.test(text))
    throw new NotCanonical('a lone surrogate has no UTF-8 form');
  return json;
}

const remembered = new WeakMap<object, string>();

/** The canonical JSON of a value that never changes and is asked for again and again, as a part of a graph is. */
export function canonicalOfPart(part: object): string {
  const known = remembered.get(part);
  if (known !== undefined) return known;
  const json = canonicalJson(part);
  remembered.set(part, json);
  return json;
}

function arrayJson(items: readonly unknown[]): string {
  let json = '[';
  for (let i = 0; i < items.length; i++) json += (i ? ',' : '') + canonicalJson(items[i]);
  return json + ']';
}

function objectJson(members: Record<string, unknown>): string {
  let json = '{';
  for (const key of sortedKeys(members)) {
    const member = members[key];
    if (member === undefined) continue;
    json += (json.length > 1 ? ',' : '') + memberName(key) + canonicalJson(member);
  }
  return json + '}';
}

/** By UTF-16 code units, as `<` compares. Few members, and often in order: an insertion sort is several times faster than `sort`. */
function sortedKeys(members: Record<string, unknown>): string[] {
  const keys = Object.keys(members);
  if (keys.length > 24) return keys.sort();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!;
    let at = i;
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
  return keys;
}

/** The names of members repeat from event to event. Bounded, because names of the outside world come by too. */
const names = new Map<string, string>();
const MOST_NAMES = 2_000;

function memberName(key: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  const name = quote(key) + ':';
  if (names.size < MOST_NAMES && key.length <= 40) names.set(key, name);
  return name;
}

/** A copy without lone surrogates (each becomes U+FFFD) and without -0, fit for a journal. */
export function wellFormed<T>(value: T): T {
  if (typeof value === 'string')
    return (LONE_SURROGATE.test(value) ? value.replace(ALL_LONE_SURROGATES, '\uFFFD') : value) as T;
  if (Object.is(value, -0)) return 0 as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) copy[wellFormed(key)] = wellFormed(member);
  return copy as T;
}

let hash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** SHA-256 of the UTF-8 bytes of a text, in lower-case hex. */
export const sha256Hex = (text: string): string => hash(text);

/**
 * Takes the SHA-256 of the platform in place of the portable one; a program does so once, when it starts. The digests are
 * the same, and a fifth of the time of a run goes into them.
 */
export const useSha256 = (ofPlatform: (text: string) => string): void => void (hash = ofPlatform);

/** SHA-256 of the canonical JSON of a value, in lower-case hex. */
export const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value));
