import { describe, expect, it } from '@jest/globals';
import { graphOf, runGraph } from '@rehearse/testkit';
import { diffRuns } from '../index.js';

/** An agent that looks something up, then a model whose answer has to fit. */
const lookUp = ({ tool = 'Finds an order', schema = '{type: object}', seed = 'W1' } = {}): string => `
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: node == "tell", reply: {content: '{"n": 1}'}}
    - {when: turn == 1, reply: {toolCalls: [{name: find, arguments: {order: ${seed}}}]}}
    - {reply: {content: It was delivered.}}
tools: {find: {description: ${tool}, mock: [{return: delivered}]}}
nodes:
  look: {type: agent, prompt: Where is it?, tools: [find]}
  tell: {type: llm, prompt: "Say: {{ nodes.look.text }}", output: ${schema}}
`;

async function difference(one: string, other: string) {
  const [a, b] = [await runGraph(graphOf(one)), await runGraph(graphOf(other))];
  const diff = diffRuns({ a, b });
  const changed = diff.steps.filter(({ change }) => change !== 'same');
  return { a, b, diff, changed: changed.map(({ key, json }) => [key, json?.map(({ pointer }) => pointer)]) };
}

describe('a model that is asked the same', () => {
  const PLACE = '/request/toolsOrOutputSchema';

  it.each([
    ['tools', { tool: 'Finds any order' }, 'look/turn[1]'],
    ['an output schema', { schema: '{type: object, maxProperties: 3}' }, 'tell/turn[1]'],
  ])('with other %s is a difference', async (_, change, key) => {
    const { a, b, diff, changed } = await difference(lookUp(), lookUp(change));
    expect(changed).toEqual([[key, [PLACE]]]);
    const asked = ({ events }: typeof a) => events.find((event) => event.key === key)!.inDigest;
    expect([diff.identical, diff.firstDivergence]).toMatchObject([
      false,
      { kind: 'input_changed', key, pointer: PLACE, a: asked(a), b: asked(b) },
    ]);
  });

  it('behind another conversation may have been asked with any tools: nothing is said of them', async () => {
    const { changed } = await difference(lookUp(), lookUp({ seed: 'W2' }));
    expect(changed).toEqual([
      ['look/turn[1]', ['/answer/toolCalls/0/arguments/order']],
      ['look/turn[1]/tool#0', ['/args/order']],
    ]);
  });
});
