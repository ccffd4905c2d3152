import { describe, expect, it } from '@jest/globals';
import { graphOf, runGraph } from '@rehearse/testkit';

const ROUTES = `
providers:
  main: {targets: [{provider: mock, script: main}]}
  judge: {targets: [{provider: mock, script: judge}]}
mocks:
  main: [{reply: {content: "Hello"}}]
  judge: [{reply: {content: {reason: Kind., pass: true, score: 1}}}]
`;

/** What is in the journal each time that the run says that only its checks are left. */
async function told(yaml: string): Promise<{ seen: string[][]; verdict: string | null }> {
  const journal: string[] = [];
  const seen: string[][] = [];
  const { view } = await runGraph(graphOf(ROUTES + yaml), {
    journal: { append: (events) => void journal.push(...events.map(({ type }) => type)) },
    beforeChecks: async () => void seen.push([...journal]),
  });
  return { seen, verdict: view.verdict };
}

describe('a run of which only checks are left', () => {
  it('says so once, when all nodes have settled, and judges afterwards', async () => {
    const { seen, verdict } = await told(`
nodes:
  ask: {type: llm, provider: main, prompt: hi, assert: [{type: contains, value: Hello}]}
  then: {type: transform, value: nodes.ask.text}
assert: [{type: contains, value: Hello}]
`);
    expect(seen).toEqual([['run.started', 'node.started', 'model.requested']]);
    expect(verdict).toBe('passed');
  });

  it.each([
    [
      'the run',
      'nodes: {ask: {type: llm, provider: main, prompt: hi}}\nassert: [{type: llm-rubric, value: kind}]',
    ],
    [
      'a node',
      'nodes: {ask: {type: llm, provider: main, prompt: hi, assert: [{type: llm-rubric, value: kind}]}}',
    ],
    [
      'a set',
      'nodes: {ask: {type: llm, provider: main, prompt: hi}}\nassert: [{type: assert-set, assert: [{type: llm-rubric, value: kind}]}]',
    ],
    [
      'a node within a node',
      `nodes:
  each:
    type: forEach
    over: "[1]"
    as: one
    nodes: {ask: {type: llm, provider: main, prompt: hi, assert: [{type: llm-rubric, value: kind}]}}`,
    ],
    [
      'a case',
      'nodes: {ask: {type: llm, provider: main, prompt: hi}}\ncases: [{id: a, assert: [{type: llm-rubric, value: kind}]}]',
    ],
  ])('does not say so where a judge is to be asked for %s', async (_, yaml) => {
    const graph = graphOf(ROUTES + yaml);
    let calls = 0;
    const caseId = graph.cases.size > 0 ? 'a' : null;
    const { view } = await runGraph(graph, { caseId, beforeChecks: async () => void calls++ });
    expect([calls, view.verdict]).toEqual([0, 'passed']);
  });
});
