import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mockEmbed } from './mock-embed.js';

async function vectors(...texts: string[]): Promise<number[][]> {
  const target = { provider: 'mock', script: 's' } as const;
  const outcome = await mockEmbed({ target, model: 'mock:s', texts });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.vectors;
}

const cosine = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('the embedding of a mock', () => {
  it('is close for texts that share words or parts of words, and far for others', async () => {
    const [refund, similar, inflected, other] = await vectors(
      'I want a refund for my order',
      'please refund my order',
      'Refunds of orders are wanted',
      'The weather in Lisbon is sunny today',
    );
    const [near, parts, far] = [similar, inflected, other].map((vector) => cosine(refund!, vector!));
    expect(near).toBeGreaterThan(0.5);
    expect(parts).toBeGreaterThan(0.25);
    expect(far).toBeLessThan(0.2);
  });

  it('does not change with case and punctuation, and is nothing for nothing', async () => {
    const [a, b, empty] = await vectors('Hello, World!', 'hello world', ' … ');
    expect(cosine(a!, b!)).toBeCloseTo(1, 10);
    expect(empty!.every((value) => value === 0)).toBe(true);
  });

  it('is the same each time, of 256 dimensions and of length 1', async () => {
    const words = fc.stringMatching(/^[a-zäß0-9 ]{0,40}[a-z]$/);
    await fc.assert(
      fc.asyncProperty(words, async (text) => {
        const [first, again] = await vectors(text, text);
        expect(again).toEqual(first);
        expect(first).toHaveLength(256);
        expect(cosine(first!, first!)).toBeCloseTo(1, 10);
      }),
    );
  });
});
