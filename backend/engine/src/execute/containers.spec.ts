import { describe, expect, it } from '@jest/globals';
import { verifyChain } from '../journal/index.js';
import { laneNeedsOf } from './plan.js';
import { told } from '../graph/testing/told.js';
import { graphOf, graphText, outline, replayed, ROUTE, runGraph, type Ran } from '@rehearse/testkit';

/** The run holds together: its chain verifies, its replay is identical, and it goes on to the same end from any event. */
async function expectSound(ran: Ran): Promise<void> {
  expect(verifyChain(ran.events, laneNeedsOf(ran.graph))).toBeNull();
  expect(await replayed(ran)).toBe('identical');
  for (let cut = 1; cut < ran.events.length; cut++) {
    const { vars, seed } = ran.view;
    const { view } = await runGraph(ran.graph, { vars, seed, recorded: ran.events.slice(0, cut) });
    expect([view.digest, view.verdictDigest]).toEqual([ran.view.digest, ran.view.verdictDigest]);
  }
}

describe('a forEach', () => {
  const GRAPH = `${ROUTE}
mocks: {main: [{reply: {content: "{{ inputs.word }} {{ last.content }}"}, latency: {p50: 1ms, p99: 9ms}}]}
nodes:
  words: {type: transform, value: 'inputs.words'}
  each:
    type: forEach
    over: nodes.words.output
    as: w
    concurrency: 2
    nodes:
      ask: {type: llm, prompt: "{{ w }} {{ index }}", assert: [{type: cel, value: text.startsWith("say")}]}
      shout: {type: transform, value: 'nodes.ask.text + "!" + nodes.words.output[0]'}
assert: [{type: cel, value: "size(output) == 3"}]
`;
  const vars = { words: ['a', 'b', 'c'], word: 'say' };

  it('runs its body for each item, and gives the list of what they give', async () => {
    const ran = await runGraph(graphOf(GRAPH), { vars });
    expect(ran.view).toMatchObject({ verdict: 'passed', output: ['say a 0!a', 'say b 1!a', 'say c 2!a'] });
    expect(ran.view.steps.map(({ key, node, type }) => `${key} ${node} ${type}`).sort())
      .toMatchInlineSnapshot(`
      [
        "each each forEach",
        "each/item[1]/ask ask llm",
        "each/item[1]/shout shout transform",
        "each/item[2]/ask ask llm",
        "each/item[2]/shout shout transform",
        "each/item[3]/ask ask llm",
        "each/item[3]/shout shout transform",
        "words words transform",
      ]
    `);
    expect(ran.view.assertions.map(({ id, node }) => `${id} of ${node}`)).toMatchInlineSnapshot(`
      [
        "each/item[1]/ask.assert[0] of ask",
        "each/item[2]/ask.assert[0] of ask",
        "each/item[3]/ask.assert[0] of ask",
        "assert[0] of undefined",
      ]
    `);
    await expectSound(ran);
  });

  it('gives the same digest whatever finishes first, and covers what is inside of it', async () => {
    const graph = graphOf(GRAPH);
    const digests = new Set<string | null>();
    for (let i = 0; i < 5; i++) digests.add((await runGraph(graph, { vars })).view.digest);
    expect(digests.size).toBe(1);
    const other = await runGraph(graphOf(GRAPH.replace('{{ w }} {{ index }}', '{{ w }}, {{ index }}')), {
      vars,
    });
    expect(digests).not.toContain(other.view.digest);
  });

  it('waits for all items, then errors when one has', async () => {
    const { view, events } = await runGraph(
      graphOf(
        `nodes: {each: {type: forEach, over: 'inputs.n', nodes: {a: {type: transform, value: '6 / item.by'}}}}`,
      ),
      { vars: { n: [{ by: 2 }, { by: 0 }, { by: 3 }] } },
    );
    expect(view).toMatchObject({ verdict: 'errored', reason: { kind: 'error', node: 'each' } });
    expect(outline(events)).toMatchInlineSnapshot(`
      "run run.started
      each node.started
      each/item[1]/a node.started
      each/item[1]/a node.finished
      each/item[2]/a node.started
      each/item[2]/a node.errored
      each/item[3]/a node.started
      each/item[3]/a node.finished
      each node.errored
      run run.finished"
    `);
  });

  it('says what is wrong when there is no list, and gives an empty list for an empty one', async () => {
    const graph = graphOf(
      `nodes: {each: {type: forEach, over: 'inputs.n', nodes: {a: {type: transform, value: item}}}}`,
    );
    expect((await runGraph(graph, { vars: { n: 7 } })).view.reason?.message).toBe(
      'over: inputs.n gives no list',
    );
    expect((await runGraph(graph, { vars: { n: [] } })).view.output).toEqual([]);
  });
});

describe('a loop', () => {
  it('runs its body until the condition holds; its iterations follow each other in one lane', async () => {
    const ran = await runGraph(
      graphOf(`${ROUTE}
mocks: {main: [{reply: {content: "draft {{ last.content }}"}}]}
nodes:
  refine:
    type: loop
    until: nodes.length.output > 20
    maxIterations: 5
    nodes:
      write:
        type: llm
        prompt: '{{ iteration }}{{ previous == null ? "" : previous.write }}'
        assert: [{type: contains, value: draft}]
      length: {type: transform, value: size(nodes.write.text)}
  done: {type: transform, value: nodes.refine.output.write}
assert: [{type: contains, value: draft}]
`),
    );
    expect(ran.view).toMatchObject({ verdict: 'passed', output: 'draft 3draft 2draft 1' });
    expect(outline(ran.events)).toMatchInlineSnapshot(`
      "run run.started
      refine node.started
      refine/iter[1]/write node.started
      refine/iter[1]/write/turn[1] model.requested
      refine/iter[1]/write/turn[1] model.responded
      refine/iter[1]/write node.finished
      refine/iter[1]/write.assert[0] assertion.evaluated
      refine/iter[1]/length node.started
      refine/iter[1]/length node.finished
      refine/iter[2]/write node.started
      refine/iter[2]/write/turn[1] model.requested
      refine/iter[2]/write/turn[1] model.responded
      refine/iter[2]/write node.finished
      refine/iter[2]/write.assert[0] assertion.evaluated
      refine/iter[2]/length node.started
      refine/iter[2]/length node.finished
      refine/iter[3]/write node.started
      refine/iter[3]/write/turn[1] model.requested
      refine/iter[3]/write/turn[1] model.responded
      refine/iter[3]/write node.finished
      refine/iter[3]/write.assert[0] assertion.evaluated
      refine/iter[3]/length node.started
      refine/iter[3]/length node.finished
      refine node.finished
      done node.started
      done node.finished
      assert[0] assertion.evaluated
      run run.finished"
    `);
    expect([...new Set(ran.events.map(({ lane }) => lane))]).toMatchInlineSnapshot(`
      [
        "run",
        "refine",
        "refine/write",
        "verdict",
        "refine/length",
        "done",
      ]
    `);
    expect(ran.view.usage.outputTokens).toBeGreaterThan(0);
    await expectSound(ran);
  });

  it('that never ends violates max-iterations', async () => {
    const ran = await runGraph(
      graphOf(
        `nodes: {l: {type: loop, until: 'iteration > 9', maxIterations: 2, nodes: {a: {type: transform, value: iteration}}}}`,
      ),
    );
    expect(ran.view).toMatchObject({ verdict: 'failed', reason: { node: 'l' } });
    expect(ran.view.contracts).toMatchInlineSnapshot(`
      [
        {
          "id": "max-iterations",
          "line": 4,
          "message": "iteration > 9 did not hold after 2 iterations of l",
          "seq": 2,
          "severity": "major",
          "verdict": "failed",
        },
      ]
    `);
    await expectSound(ran);
  });

  it('may stand in a forEach and hold one', async () => {
    const ran = await runGraph(
      graphOf(`
nodes:
  outer:
    type: forEach
    over: '[1, 2]'
    nodes:
      again:
        type: loop
        until: iteration == item
        nodes:
          inner: {type: forEach, over: '[item, iteration]', as: x, nodes: {a: {type: transform, value: x * 10}}}
assert: [{type: cel, value: 'output[1].inner == [20, 20]'}]
`),
    );
    expect(ran.view).toMatchObject({ verdict: 'passed', output: [{ inner: [10, 10] }, { inner: [20, 20] }] });
    await expectSound(ran);
  });
});

describe('a graph within a graph', () => {
  const SUB = `apiVersion: rehearse/v1
kind: Graph
name: sub
inputs: {type: object, required: [n], properties: {n: {type: number}}}
${ROUTE}mocks: {main: [{reply: {content: "sub says {{ inputs.n }}"}}]}
tools: {double: {mock: [{return: "{{ args.n * 2.0 }}"}]}}
nodes:
  ask: {type: llm, prompt: hi}
  two: {type: tool, tool: double, args: {n: "{{ inputs.n }}"}, needs: [ask]}
output: nodes.ask.text + " and " + string(nodes.two.output)
assert: [{type: contains, value: sub}]
`;
  const GRAPH = `${ROUTE}mocks: {main: [{reply: {content: outer}}]}
nodes:
  first: {type: llm, prompt: x}
  sub: {type: graph, graph: sub@1, vars: {n: "{{ inputs.k + 1 }}"}, needs: [first]}
assert: [{type: equals, value: "sub says 3 and 6"}]
`;
  const options = {
    graphs: (name: string) =>
      name === 'sub@1' ? { ok: true as const, source: SUB } : { ok: false as const, message: `no ${name}` },
  };

  it('has vars, mocks, tools and assertions of its own, and nests its keys', async () => {
    const ran = await runGraph(graphOf(GRAPH, options), { vars: { k: 2 } });
    expect(outline(ran.events)).toMatchInlineSnapshot(`
      "run run.started
      first node.started
      first/turn[1] model.requested
      first/turn[1] model.responded
      first node.finished
      sub node.started
      sub/ask node.started
      sub/ask/turn[1] model.requested
      sub/ask/turn[1] model.responded
      sub/ask node.finished
      sub/two node.started
      sub/two/turn[1]/tool#0 tool.called
      sub/two/turn[1]/tool#0 tool.returned
      sub/two node.finished
      sub node.finished
      sub/assert[0] assertion.evaluated
      assert[0] assertion.evaluated
      run run.finished"
    `);
    expect(ran.view).toMatchObject({ verdict: 'passed', output: 'sub says 3 and 6' });
    await expectSound(ran);
  });

  it('errors when its vars do not fit', async () => {
    const { view } = await runGraph(graphOf(GRAPH.replace('"{{ inputs.k + 1 }}"', 'no'), options), {
      vars: { k: 2 },
    });
    expect(view.reason?.message).toMatchInlineSnapshot(`"vars: /n must be a number, not a string"`);
  });

  it('with a budget of its own is told that this one does not count', () => {
    const source = graphText('budget: {maxTurns: 1}\nnodes: {a: {type: transform, value: "1"}}');
    const outer = graphText('nodes: {s: {type: graph, graph: cheap}}').replace('test', 'outer');
    expect(told(outer, /unused/, { graphs: () => ({ ok: true, source }) })).toMatchInlineSnapshot(
      `"4:33-38 warning graph/unused nodes.s.graph: the budget of \`cheap\` does not count here: that of this graph holds for what is within it (set \`budget\` in this graph)"`,
    );
  });

  it('that is not there, is wrong or contains itself is told at its place', () => {
    const wrong = (reference: string, source: string) => () =>
      graphOf(`nodes: {s: {type: graph, graph: ${reference}}}`, { graphs: () => ({ ok: true, source }) });
    expect(() => graphOf('nodes: {s: {type: graph, graph: nothing}}', options)).toThrow('no nothing');
    expect(wrong('other', 'kind: Graph')).toThrow(/the graph `other` has errors/);
    expect(wrong('test', SUB)).toThrow('a graph cannot contain itself');
    const self =
      'apiVersion: rehearse/v1\nkind: Graph\nname: knot\nnodes: {s: {type: graph, graph: ./knot.yaml}}';
    const knot = { ok: true as const, source: self, graphs: () => knot };
    expect(() => graphOf('nodes: {s: {type: graph, graph: ./knot.yaml}}', knot)).toThrow(
      /contain itself|more than 16 deep/,
    );
  });
});
