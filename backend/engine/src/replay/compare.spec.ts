import { describe, expect, it } from '@jest/globals';
import { graphOf, ROUTE, runGraph } from '@rehearse/testkit';
import type { CompiledGraph } from '../graph/model.js';
import { compareWithTape } from './index.js';

const HEAD = `${ROUTE}
mocks:
  main:
    - {when: node == "agent" && toolResults.size() == 0, reply: {toolCalls: [{name: look, arguments: {id: W1}}]}}
    - {reply: {content: done}}
tools: {look: {mock: [{return: 1}]}, other: {mock: [{return: 2}]}}
`;
const VERSION = (prompt: string, more = '') =>
  graphOf(`${HEAD}
nodes:
  first: {type: llm, prompt: First}
  agent: {type: agent, prompt: "${prompt} {{ nodes.first.text }}", tools: [look]}
  last: {type: llm, prompt: "Say {{ nodes.agent.text }}"}
${more}`);

async function changes(recordedGraph: CompiledGraph, graph: CompiledGraph) {
  const { events } = await runGraph(recordedGraph);
  const comparison = await compareWithTape({ graph, recordedGraph, events });
  const differing = comparison.requests.filter(({ change }) => change !== 'same');
  return { comparison, differing: differing.map(({ key, change, answer }) => `${key} ${change}, ${answer}`) };
}

describe('another version of a graph against a tape', () => {
  it('that differs in one prompt asks exactly that agent something else, and goes on with the recorded answers', async () => {
    const { comparison, differing } = await changes(VERSION('Look'), VERSION('Please look'));
    expect(differing).toEqual(['agent/turn[1] changed, tape', 'agent/turn[2] changed, tape']);
    expect(comparison.requests.find(({ key }) => key === 'agent/turn[1]')!.inputDiff).toEqual([
      { pointer: '/messages/0/content', expected: 'Look done', actual: 'Please look done' },
    ]);
    expect(comparison).toMatchObject({
      identical: false,
      divergence: { kind: 'input_changed', key: 'agent/turn[1]' },
      unreached: [],
    });
  });

  it('that asks the same is identical, whatever else it says', async () => {
    const { comparison, differing } = await changes(
      VERSION('Look'),
      VERSION('Look', 'description: Another text.\n'),
    );
    expect([comparison.identical, differing]).toEqual([true, []]);
  });

  it('is not compared with a recording that breaks off', async () => {
    const graph = VERSION('Look');
    const { events } = await runGraph(graph);
    const cut = events.slice(0, events.findIndex(({ type }) => type === 'model.requested') + 1);
    expect(await compareWithTape({ graph, recordedGraph: graph, events: cut })).toMatchObject({
      identical: false,
      divergence: { kind: 'chain_broken', seq: cut.length },
    });
  });

  it('finds a request that moved by what it asks', async () => {
    const renamed = graphOf(`${HEAD}
nodes:
  zeroth: {type: llm, prompt: First}
  agent: {type: agent, prompt: "Look {{ nodes.zeroth.text }}", tools: [look]}
  last: {type: llm, prompt: "Say {{ nodes.agent.text }}"}
`);
    const { comparison, differing } = await changes(VERSION('Look'), renamed);
    expect(differing).toEqual(['zeroth/turn[1] moved, tape']);
    expect(comparison.requests[0]).toMatchObject({ from: 'first/turn[1]', seq: 3 });
  });

  it('names what was never asked before, and does not guess what comes behind it', async () => {
    const longer = graphOf(`${HEAD}
nodes:
  first: {type: llm, prompt: First}
  between: {type: llm, prompt: "Between {{ nodes.first.text }}"}
  agent: {type: agent, prompt: "Look {{ nodes.between.text }}", tools: [look]}
`);
    const { comparison, differing } = await changes(VERSION('Look'), longer);
    expect(differing).toEqual(['between/turn[1] added, none']);
    expect(comparison.unreached).toEqual([
      'agent/turn[1]',
      'agent/turn[1]/tool#0',
      'agent/turn[2]',
      'last/turn[1]',
    ]);
  });

  it('names what is asked no more', async () => {
    const shorter = graphOf(`${HEAD}\nnodes: {first: {type: llm, prompt: First}}`);
    const { differing } = await changes(VERSION('Look'), shorter);
    expect(differing).toEqual([
      'agent/turn[1] removed, none',
      'agent/turn[1]/tool#0 removed, none',
      'agent/turn[2] removed, none',
      'last/turn[1] removed, none',
    ]);
  });

  it('does not take the result of one tool for that of another', async () => {
    const calls = (tool: string, id: number) =>
      graphOf(`${HEAD}\nnodes: {call: {type: tool, tool: ${tool}, args: {id: ${id}}}}`);
    expect((await changes(calls('look', 1), calls('look', 2))).differing).toEqual([
      'call/turn[1]/tool#0 changed, tape',
    ]);
    expect((await changes(calls('look', 1), calls('other', 1))).differing).toEqual([
      'call/turn[1]/tool#0 added, none',
    ]);
  });

  it('of a journal that was tampered with says so', async () => {
    const graph = VERSION('Look');
    const events = structuredClone((await runGraph(graph)).events);
    events[3]!.digest = '0'.repeat(64);
    const comparison = await compareWithTape({ graph, recordedGraph: graph, events });
    expect(comparison).toMatchObject({
      identical: false,
      divergence: { kind: 'chain_broken' },
      requests: [],
    });
  });
});
