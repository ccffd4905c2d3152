import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { gather } from './gather.js';

describe('texts that are gathered', () => {
  const written = () => {
    const texts: string[] = [];
    return { texts, out: gather({ write: (text) => texts.push(text), columns: 72 }) };
  };

  it('are written together, as soon as something else is waited for', async () => {
    const { texts, out } = written();
    out.write('a');
    out.write('b');
    expect(texts).toEqual([]);
    await nextTurn();
    expect(texts).toEqual(['ab']);
  });

  it('are written before they become many', () => {
    const { texts, out } = written();
    for (let i = 0; i < 3; i++) out.write('x'.repeat(5_000));
    expect(texts.map(({ length }) => length)).toEqual([10_000]);
  });

  it('are written when the program ends, once', async () => {
    const { texts, out } = written();
    out.write('a');
    out.flush();
    await nextTurn();
    expect(texts).toEqual(['a']);
  });

  it('know the terminal that they go to', () => {
    expect(written().out).toMatchObject({ columns: 72 });
    expect('isTTY' in written().out).toBe(false);
  });
});
