import { describe, expect, it } from '@jest/globals';
import { graphFromSpec } from './from-spec.js';
import { errorsOf, runOffline } from './testing/run-offline.js';

describe('a graph from lists of nodes and edges', () => {
  it('has a node for each, and its edges as needs and conditions', async () => {
    const made = graphFromSpec({
      name: 'doubler',
      nodes: [
        { id: 'sum', type: 'transform', value: 'nodes.one.output + nodes.two.output' },
        { id: 'one', type: 'transform', value: '1' },
        { id: 'two', type: 'transform', value: '2', needs: ['one'] },
        { id: 'late', type: 'transform', when: 'inputs.late', value: '"late"' },
      ],
      edges: [
        { from: 'one', to: 'sum' },
        { from: 'one', to: 'two' },
        { from: 'sum', to: 'late', when: 'nodes.sum.output > 2' },
      ],
      assert: [{ type: 'equals', value: 'late' }],
      cases: [{ id: 'a', vars: { late: true } }],
    });
    expect(made.diagnostics).toEqual([]);
    expect(made.yaml).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: doubler
      nodes:
        sum: {type: transform, needs: [one], value: nodes.one.output + nodes.two.output}
        one: {type: transform, value: '1'}
        two: {type: transform, needs: [one], value: '2'}
        late:
          type: transform
          needs: [sum]
          when: (inputs.late) && (nodes.sum.output > 2)
          value: '"late"'
      assert:
        - {type: equals, value: late}
      cases:
        - {id: a, vars: {late: true}}
      "
    `);
    expect((await runOffline(made.yaml)).verdict).toBe('passed');
  });

  it('gets a mock where it asks a model and names none', async () => {
    const made = graphFromSpec({ nodes: [{ id: 'ask', type: 'llm', prompt: 'Hi' }] });
    expect(errorsOf(made)).toEqual([]);
    expect((await runOffline(made.yaml)).verdict).toBe('inconclusive');
  });

  it('says what is wrong with it, in the spec and in the graph', () => {
    const made = graphFromSpec({
      nodes: [
        { id: 'ask', type: 'lmm', prompt: 'Hi' },
        { id: 'ask', type: 'llm' },
        { id: 'not a name', type: 'transform', value: '1 +' },
      ],
      edges: [
        { from: 'ask', to: 'answer' },
        { from: 'aks', to: 'ask' },
      ],
    });
    expect(errorsOf(made)).toMatchInlineSnapshot(`
      [
        "graph/duplicate-id nodes[1].id: the id \`ask\` stands twice; the first is kept",
        "graph/unknown-node edges[0].to: there is no node \`answer\`",
        "graph/unknown-node edges[1].from: there is no node \`aks\` (did you mean \`ask\`?)",
        "graph/bad-value nodes.ask.type: "lmm" is not a value of \`type\` (did you mean \`llm\`?)",
        "graph/bad-value nodes["not a name"]: \`not a name\` must be a name: letters, digits and _, at most 63, no digit first",
      ]
    `);
  });
});
