import { sha256Hex } from '../journal/canonical.js';
import type { EmbedOutcome, EmbedRequest } from '../ports.js';
import { estimateTokens } from './tokens.js';

const DIMENSIONS = 256;
/** A whole word says more than three letters of it. */
const WORD_WEIGHT = 2;
const N = 3;

/**
 * Vectors without a model: the words and the character trigrams of a text, hashed into 256 dimensions, of length 1.
 * Texts with words or parts of words in common are close; the same text always has the same vector. Feature hashing as
 * in Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.
 */
export async function mockEmbed({ texts }: EmbedRequest): Promise<EmbedOutcome> {
  return {
    ok: true,
    vectors: texts.map(vectorOf),
    usage: { inputTokens: texts.reduce((sum, text) => sum + estimateTokens(text), 0), outputTokens: 0 },
    costUsd: 0,
  };
}

function vectorOf(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0);
  const add = (feature: string, weight: number) => {
    const hash = Number.parseInt(sha256Hex(feature).slice(0, 8), 16);
    // One bit of the hash is the sign, so that features that meet in a place cancel out on the average.
    vector[(hash >>> 1) % DIMENSIONS]! += hash % 2 === 0 ? weight : -weight;
  };
  const words =
    text
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  for (const word of words) {
    add(`word ${word}`, WORD_WEIGHT);
    const padded = ` ${word} `;
    for (let at = 0; at + N <= padded.length; at++) add(`gram ${padded.slice(at, at + N)}`, 1);
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}
