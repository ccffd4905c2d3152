import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { inStep } from './in-step.js';

describe('what goes on in step', () => {
  it('takes each of its steps side by side with what ended in the same turn of the event loop', async () => {
    const steps: string[] = [];
    const run = async (name: string): Promise<void> => {
      await new Promise<void>(inStep);
      steps.push(`${name} 1`);
      await Promise.resolve();
      steps.push(`${name} 2`);
    };
    const runs = ['a', 'b', 'c'].map(run);
    steps.push('all are read');
    await Promise.all(runs);
    expect(steps).toEqual(['all are read', 'a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2']);
  });

  it('waits for the next turn when it comes up while others go on', async () => {
    const turns: number[] = [];
    let turn = 0;
    inStep(() => {
      turns.push(turn);
      inStep(() => turns.push(turn));
    });
    for (; turns.length < 2; turn += 1) await nextTurn();
    expect(turns[1]! - turns[0]!).toBe(1);
  });
});
