import { describe, expect, it } from '@jest/globals';
import { compileSuite } from './documents.js';
import { formatPath, parsePath } from './path.js';
import { compileInSuite } from './suite-graphs.js';
import { graphText } from './testing/told.js';

const GRAPH = graphText(`providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
nodes: {a: {type: llm, prompt: x}}
assert: [{type: contains, value: hi}]
inputs: {type: object, properties: {q: {type: string}}}
`);

function told(sections: string, graph = GRAPH): string[] {
  const text = `apiVersion: rehearse/v1\nkind: Suite\nname: all\ngraphs: [other, g]\n${sections}`;
  const checked = compileSuite(text, { graphs: () => ({ ok: true, source: graph }) });
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
  const made = compileInSuite(graph, { suite: checked.document, text, reference: 'g' });
  return made.diagnostics.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
}

describe('what the settings of a suite do to a graph', () => {
  it('is told at the line of the suite', () => {
    expect(
      told(`assert:
  - {type: contains, value: x}
  - {type: cel, value: nodes.gone.output == 1}
contracts: [{id: one, never: nonsense}]
vars: {q: 5}
chaos: {slow: [{on: "llm:gone", fault: latency, delay: 1s}]}
`),
    ).toMatchInlineSnapshot(`
      [
        "7:24 assert[1].value there is no node \`gone\`",
        "8:30 contracts[0].never unknown name \`nonsense\`; known here are type, node, agent, tool, category, args, result, turn, at, data, key, inputs, vars",
        "9:11 vars.q the vars of suite do not fit \`inputs\`: q must be a string, not a number",
        "10:21 chaos.slow[0].on there is no node \`gone\`",
      ]
    `);
  });

  it('is told at the name of the graph where the suite has no place for it', () => {
    expect(told('providers: {n: {targets: [{provider: openai, model: x}]}}\n')).toMatchInlineSnapshot(`
      [
        "4:17 graphs[1] nodes.a: the node a must say which route it takes",
      ]
    `);
  });
});

describe('what a suite makes good in a graph', () => {
  const lacking = GRAPH.replace(/providers.*\n/, '').replace('{type: llm,', '{type: llm, provider: m,');

  it('is not told when something else is wrong', () => {
    const route = 'providers: {m: {targets: [{provider: mock, script: t}]}}\n';
    expect(told(route, lacking)).toEqual(['5:52 providers.m.targets[0].script there is no mock script `t`']);
    expect(told(route, `${lacking}output: nodes.gone.output\n`)).toEqual([
      '8:9 output there is no node `gone`',
    ]);
  });
});

describe('a path', () => {
  it('is read as it was written', () => {
    for (const path of [
      ['a', 0, 'b'],
      ['a b', 'c.d', 1, 'e"]['],
      ['x', 'not-a', '1'],
    ])
      expect(parsePath(formatPath(path))).toEqual(path);
  });
});
