import { describe, expect, it } from '@jest/globals';
import { compileGraph, variantsOf } from './compile.js';
import { optionsOf } from './folder.js';
import { folderOf } from './testing/folder-of.js';
import { graphOf, graphText, told } from './testing/told.js';

const BASE = `
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
nodes:
  a: {type: llm, prompt: one}
  b: {type: transform, value: nodes.a.text}
`;

describe('a matrix', () => {
  it('makes a graph of every combination, the first path changing slowest', () => {
    const graph = graphOf(`${BASE}matrix:
  providers.m.params.temperature: [0, 0.7]
  nodes.a.prompt: [one, two]
`);
    expect(graph.variants.map(({ values }) => Object.values(values))).toEqual([
      ...[
        [0, 'one'],
        [0, 'two'],
      ],
      ...[
        [0.7, 'one'],
        [0.7, 'two'],
      ],
    ]);
    const [, , third] = graph.variants;
    expect(third?.graph.document.providers?.['m']?.params).toEqual({ temperature: 0.7 });
    expect(third?.graph.document.matrix).toBeUndefined();
    expect(new Set([graph, ...graph.variants.map((one) => one.graph)].map(({ digest }) => digest)).size).toBe(
      5,
    );
  });

  it('uses what it names: only what no combination uses is unused', () => {
    const routes = ['one', 'two', 'three'].map(
      (name) => `  ${name}: {targets: [{provider: mock, script: s}]}`,
    );
    expect(
      told(
        graphText(`providers:
${routes.join('\n')}
mocks: {s: [{reply: {content: hi}}]}
nodes: {a: {type: llm, provider: one, prompt: hi}}
matrix: {nodes.a.provider: [one, two]}
`),
      ),
    ).toMatchInlineSnapshot(
      `"7:3-8 warning graph/unused providers.three: nothing uses the route \`three\` (remove it, or refer to it)"`,
    );
  });

  it('gives a variant the digest of the graph that says the same by itself', () => {
    const graph = graphOf(`${BASE}matrix: {nodes.a.prompt: [two]}`);
    expect(graph.variants[0]!.graph.digest).toBe(graphOf(BASE.replace('prompt: one', 'prompt: two')).digest);
    expect(graphOf(BASE).variants).toEqual([]);
  });

  it('reaches into lists, and may name files', () => {
    const folder = folderOf({ 'a.md': 'from a', 'b.md': 'from b', 'rows.csv': 'q\nx\n' });
    const graph = graphOf(
      `${BASE}cases: [{dataset: rows.csv}]
matrix:
  nodes.a.prompt: [{file: a.md}, {file: b.md}]
  providers.m.targets[0].model: [small, large]
`,
      folder,
    );
    expect(graph.variants).toHaveLength(4);
    expect(graph.variants[3]!.graph.document.providers?.['m']?.targets[0]).toMatchObject({ model: 'large' });
    expect(Object.keys(graph.enclosures.files ?? {}).sort()).toEqual(['a.md', 'b.md', 'rows.csv']);
    const again = compileGraph(graph.source, optionsOf(graph.enclosures));
    expect(again.ok && again.graph.variants.map((one) => one.graph.digest)).toEqual(
      graph.variants.map((one) => one.graph.digest),
    );
    const digestWith = (text: string) =>
      graphOf(
        `${BASE}cases: [{dataset: rows.csv}]\nmatrix: {nodes.a.prompt: [{file: a.md}]}`,
        folderOf({ 'a.md': 'from a', 'rows.csv': text }),
      ).variants[0]!.graph.digest;
    expect(digestWith('q\nx\n')).not.toBe(digestWith('q\ny\n'));
  });

  it('is told at the path that leads nowhere, and at the value that does not fit', () => {
    expect(
      told(
        graphText(`${BASE}matrix:
  providers.m.parms.temperature: [0]
  node.a.prompt: [x]
  nodes.c.prompt: [x]
  nodes.a.prompt.deep: [x]
  providers.m.targets[3].model: [x]
  cases: [x]
`),
      ),
    ).toMatchInlineSnapshot(`
      "10:3-32 graph/unknown-path matrix.providers.m.parms.temperature: there is no \`parms\` in \`providers.m\` (did you mean \`params\`?)
      11:3-16 graph/unknown-path matrix.node.a.prompt: there is no \`node\` in the document (did you mean \`nodes\`?)
      12:3-17 graph/unknown-path matrix.nodes.c.prompt: there is no \`c\` in \`nodes\` (did you mean \`a\`?)
      13:3-22 graph/unknown-path matrix.nodes.a.prompt.deep: there is no \`deep\` in \`nodes.a.prompt\` (there is file)
      14:3-31 graph/unknown-path matrix.providers.m.targets[3].model: there is no \`3\` in \`providers.m.targets\` (there is 0)
      15:3-8 graph/unknown-path matrix.cases: a matrix does not change \`cases\` (vary what stands under providers, nodes, tools or mocks)"
    `);
    expect(
      told(
        graphText(`${BASE}matrix:
  providers.m.params.temperature: [0, hot]
  nodes.b.value: ["1", "nodes.zebra.output", "1 +"]
`),
      ),
    ).toMatchInlineSnapshot(`
      "10:39-42 graph/wrong-type providers.m.params.temperature: expected a number, got the text "hot" (write a number here)
      11:25-36 graph/unknown-node nodes.b.value: there is no node \`zebra\` (there are a, b)
      11:50-50 expression/syntax nodes.b.value: unexpected token: the end (complete the CEL expression, as in nodes.a.output == "x")"
    `);
  });

  it('is told of what would have no effect, or would make the same graph twice', () => {
    expect(
      told(
        graphText(`${BASE}repeat: {runs: 2}
matrix:
  repeat: [{runs: 2}, {runs: 3}]
  repeat.runs: [2, 3]
  nodes.b.value: ['1', '2', "1"]
  nodes.b: [{type: transform, value: "3"}]
  providers.m.targets[0].model: [x]
  providers.m.targets.0.model: [y]
  nodes.a.params: [{seed: 1, temperature: 0}, {temperature: 0, seed: 1}]
  nodes.a.params.topP: [0, 1]
`),
      ),
    ).toMatchInlineSnapshot(`
      "11:3-9 graph/unknown-path matrix.repeat: a matrix does not change \`repeat\` (vary what stands under providers, nodes, tools or mocks)
      12:3-14 graph/unknown-path matrix.repeat.runs: a matrix does not change \`repeat\` (vary what stands under providers, nodes, tools or mocks)
      13:29-32 graph/duplicate-value matrix.nodes.b.value[2]: this value stands twice in the list (remove one of the two)
      14:3-10 graph/hidden-path matrix.nodes.b: what \`nodes.b.value\` sets is replaced here (put it before \`nodes.b.value\`, or remove one of the two)
      16:3-30 graph/hidden-path matrix.providers.m.targets.0.model: what \`providers.m.targets[0].model\` sets is replaced here (put it before \`providers.m.targets[0].model\`, or remove one of the two)
      17:47-72 graph/duplicate-value matrix.nodes.a.params[1]: this value stands twice in the list (remove one of the two)"
    `);
  });

  it('has a limit', () => {
    const many = JSON.stringify(Array.from({ length: 100 }, (_, i) => `p${i}`));
    const text = graphText(`${BASE}matrix:\n  nodes.a.prompt: ${many}\n  nodes.b.value: ["1", "2", "3"]\n`);
    expect(told(text)).toMatchInlineSnapshot(
      `"10:3-11:33 graph/too-many-cells matrix: the matrix has 300 combinations; there are at most 256 (make it smaller, or split the graph)"`,
    );
  });

  it('is told at a path that leads nowhere deep within a schema', () => {
    const depth = 40;
    const parameters = `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`;
    const deep = `${BASE}tools: {t: {parameters: ${parameters}, mock: [{return: 1}]}}`;
    expect(told(graphText(`${deep}\nmatrix: {tools.t.parameters${'.a'.repeat(depth)}.zz: [1]}`))).toContain(
      'graph/unknown-path',
    );
  });

  it('can be asked for that does not stand in the graph', () => {
    const graph = graphOf(`${BASE}matrix: {nodes.a.prompt: [two]}`);
    const given = variantsOf(graph, { 'providers.m.params.temperature': [0, 1] });
    expect(given.ok && given.variants.map(({ values }) => values)).toEqual([
      { 'providers.m.params.temperature': 0 },
      { 'providers.m.params.temperature': 1 },
    ]);
    const wrong = variantsOf(graph, { 'providers.m.parms': [0], 'nodes.a.type': ['llm'] });
    expect(
      !wrong.ok && wrong.diagnostics.map(({ code, path, suggestion }) => [code, path, suggestion]),
    ).toEqual([['graph/unknown-path', 'matrix.providers.m.parms', 'did you mean `params`?']]);
  });
});
