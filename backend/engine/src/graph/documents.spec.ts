import { describe, expect, it } from '@jest/globals';
import { checkDocument, graphReferences } from './documents.js';
import { withSettings } from './suite.js';
import { folderOf } from './testing/folder-of.js';
import { compileGraph } from './compile.js';

const head = (kind: string) => `apiVersion: rehearse/v1\nkind: ${kind}\nname: one\n`;
const told = (text: string, options = {}) =>
  checkDocument(text, options).diagnostics.map(
    ({ line, column, code, message, suggestion }) => `${line}:${column} ${code} ${message} (${suggestion})`,
  );

describe('a document', () => {
  it('is a persona', () => {
    const text = `${head('Persona')}goal: Get a refund\ntraits: [angry]\nsystem: {file: angry.md}\nstopWords: [BYE]\n`;
    expect(checkDocument(text, folderOf({ 'angry.md': 'Be angry.' }))).toEqual({
      ...{ ok: true, kind: 'Persona', name: 'one', diagnostics: [] },
      persona: {
        name: 'one',
        goal: 'Get a refund',
        traits: ['angry'],
        system: 'Be angry.',
        stopWords: ['BYE'],
      },
    });
    expect(told(text)).toMatchInlineSnapshot(`
      [
        "6:16 graph/file-unavailable angry.md cannot be read: the graph came without its folder (give the whole folder, or a zip of it; or write the text here)",
      ]
    `);
    expect(told(`${head('Persona')}gaol: x\nstopWords: bye\n`)).toMatchInlineSnapshot(`
      [
        "4:1 graph/unknown-key unknown key \`gaol\` (did you mean \`goal\`?)",
        "5:12 graph/wrong-type expected a list, got the text "bye" (write a list here)",
      ]
    `);
  });

  it('is a suite', () => {
    const graphs = (reference: string) =>
      reference === 'a.yaml'
        ? { ok: true as const, source: '' }
        : { ok: false as const, message: 'not there' };
    const text = `${head('Suite')}graphs: [a.yaml]\nrepeat: {runs: 3}\n`;
    expect(told(text.replace('a.yaml', 'b.yaml'), { graphs })).toMatchInlineSnapshot(`
      [
        "4:10 graph/unknown-graph not there (give the path of a graph from the folder of the suite, or the name of one in it)",
      ]
    `);
    expect(checkDocument(text, { graphs })).toMatchObject({
      ...{ ok: true, kind: 'Suite', suite: { graphs: ['a.yaml'], repeat: { runs: 3 } } },
    });
    expect(told(`${head('Suite')}graphs: []\nassert: [{type: contians}]\nnodes: {}\n`))
      .toMatchInlineSnapshot(`
      [
        "4:1 graph/bad-value must have at least 1 entry (undefined)",
        "5:17 graph/bad-value "contians" is not an assertion type (did you mean \`contains\`?)",
        "6:1 graph/unknown-key unknown key \`nodes\` (remove it; the keys here are apiVersion, kind, name, description, graphs, labels, providers, vars, assert, contracts, repeat, chaos, budget)",
      ]
    `);
  });

  it('is a graph, and so is what says no kind', () => {
    expect(checkDocument(`${head('Graph')}nodes: {a: {type: transform, value: "1"}}\n`)).toMatchObject({
      ...{ ok: true, kind: 'Graph', name: 'one' },
    });
    expect(checkDocument('name: x')).toMatchObject({ ok: false, kind: null });
    expect(checkDocument(`${head('GuardPolicy')}rules: []`)).toMatchObject({
      ...{ ok: false, kind: 'GuardPolicy', diagnostics: [{ code: 'graph/other-kind' }] },
    });
  });

  it('names the graphs in it, wherever they stand', () => {
    const text = `${head('Graph')}nodes:
  a: {type: graph, graph: refund@2}
  b: {type: forEach, over: "[1]", nodes: {c: {type: graph, graph: ./other.yaml}}}
  d: {type: graph, graph: refund@2}
  e: 5
`;
    expect(graphReferences(text)).toEqual(['refund@2', './other.yaml']);
    expect(graphReferences('nodes: [')).toEqual([]);
    expect(graphReferences('nodes: []')).toEqual([]);
  });
});

describe('the settings of a suite', () => {
  const graph = `${head('Graph')}labels: {team: a}
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
nodes: {n: {type: llm, prompt: x}}
assert: [{type: contains, value: h}]
budget: {maxTurns: 3}
cases: [{id: x, vars: {q: own}}, {id: y}]
`;
  const given = (settings: Parameters<typeof withSettings>[1], text = graph) => {
    const compiled = compileGraph(withSettings(text, settings));
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
    return compiled.graph.document;
  };

  it('stand under what the graph says itself, and behind its lists', () => {
    const document = given({
      labels: { team: 'b', risk: 'high' },
      providers: { m: { targets: [{ provider: 'mock', script: 'none' }] } },
      assert: [{ type: 'contains', value: 'i' }],
      contracts: [{ id: 'c', never: 'false' }],
      repeat: { runs: 3 },
      budget: { maxTurns: 9, maxTokens: 100 },
      vars: { q: 'shared', p: 1 },
    });
    expect(document).toMatchObject({
      labels: { team: 'a', risk: 'high' },
      providers: { m: { targets: [{ script: 's' }] } },
      assert: [{ value: 'h' }, { value: 'i' }],
      contracts: [{ id: 'c' }],
      repeat: { runs: 3 },
      budget: { maxTurns: 3, maxTokens: 100 },
      cases: [
        { id: 'x', vars: { q: 'own', p: 1 } },
        { id: 'y', vars: { q: 'shared', p: 1 } },
      ],
    });
  });

  it('give a graph without cases one', () => {
    expect(given({ vars: { q: 'x' } }, graph.replace(/cases.*\n/, '')).cases).toEqual([
      { id: 'suite', vars: { q: 'x' } },
    ]);
  });

  it('leave the text as it is when there are none, or nothing to put them in', () => {
    expect(withSettings(graph, {})).toBe(graph);
    expect(withSettings('a: [', { repeat: { runs: 2 } })).toBe('a: [');
    expect(withSettings(`${head('Graph')}assert: 5\n`, { assert: [] })).toContain('"assert": 5');
  });
});
