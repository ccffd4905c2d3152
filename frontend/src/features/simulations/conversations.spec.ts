import { expect, it } from '@jest/globals';
import type { SimulationView } from '@rehearse/contracts';
import { conversationsOf } from './conversations.js';

const run = (id: string, status: string) => ({ id, status });
const simulation = {
  personas: [
    { name: 'eve', runs: [run('a', 'queued'), run('b', 'finished'), run('c', 'running')] },
    { name: 'bob', runs: [run('d', 'waiting')] },
  ],
} as unknown as SimulationView;

it('what goes on is watched first, what waits for a place last', () => {
  expect(conversationsOf(simulation, undefined).map(({ id }) => id)).toEqual(['c', 'd', 'b', 'a']);
  expect(conversationsOf(simulation, 'bob').map(({ id, persona, number }) => [id, persona, number])).toEqual([
    ['d', 'bob', 1],
  ]);
});
