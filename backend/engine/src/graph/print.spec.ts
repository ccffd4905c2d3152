import { describe, expect, it } from '@jest/globals';
import type { GraphDocument, Json } from '@rehearse/contracts';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compileGraph } from './compile.js';
import { LocatedDocument } from './located.js';
import { printGraph } from './print.js';
import { parseYaml } from './yaml/parse.js';

const EXAMPLE = path.resolve(import.meta.dirname, '../../../cli/examples/refund-agent.yaml');

function read(source: string): Json {
  const { root, problems } = parseYaml(source);
  if (!root || problems.length > 0) throw new Error(`${JSON.stringify(problems)}\n${source}`);
  return new LocatedDocument(root).root;
}

const document = (parts: object) => parts as GraphDocument;

describe('a printed graph', () => {
  it('has its keys in the order of the format, short values on one line and long texts as blocks', () => {
    const graph = document({
      nodes: {
        answer: {
          assert: [{ value: 'tea', type: 'contains', weight: 0 }],
          prompt: 'Order: {{ inputs.order }}\nAnswer in one sentence.\n',
          type: 'llm',
          output: { type: 'object', required: ['reply'] },
        },
      },
      mocks: { script: [{ reply: { content: 'Your tea, {{ inputs.order }}.' } }] },
      providers: { main: { targets: [{ script: 'script', provider: 'mock' }] } },
      kind: 'Graph',
      cases: [{ vars: { order: 'tea' }, id: 'one' }],
      name: 'tea',
      apiVersion: 'rehearse/v1',
    });
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "apiVersion: rehearse/v1
      kind: Graph
      name: tea
      providers:
        main: {targets: [{provider: mock, script: script}]}
      mocks:
        script: [{reply: {content: 'Your tea, {{ inputs.order }}.'}}]
      nodes:
        answer:
          type: llm
          prompt: |
            Order: {{ inputs.order }}
            Answer in one sentence.
          output: {type: object, required: [reply]}
          assert: [{type: contains, value: tea, weight: 0}]
      cases:
        - {id: one, vars: {order: tea}}
      "
    `);
  });

  it('is the graph again, to its digest, for an example that has most of the format', () => {
    const compiled = compileGraph(readFileSync(EXAMPLE, 'utf8'));
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
    const again = compileGraph(printGraph(compiled.graph.document));
    if (!again.ok) throw new Error(JSON.stringify(again.diagnostics));
    expect(again.graph.digest).toBe(compiled.graph.digest);
    expect(again.graph.nodes.map(({ id }) => id)).toEqual(compiled.graph.nodes.map(({ id }) => id));
  });

  it('is the document again, whatever its values are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme-composite' }),
      fc.string({ unit: fc.constantFrom(...' \n\t:#-{}[],&*!|>%@`"\'?~0.x\\\u00a0\u2028\ufeffä'.split('')) }),
      fc.constantFrom(
        'yes',
        'no',
        'null',
        '~',
        '0x1f',
        '.inf',
        '1_000',
        '<<',
        '2020-01-01',
        '',
        '---',
        '{{ x }}',
      ),
    );
    const key = fc
      .stringMatching(/^[A-Za-z_][\w. :#-]{0,12}$/)
      .filter((name) => !['constructor', 'prototype', '__proto__'].includes(name));
    const value = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(
          text,
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.boolean(),
          fc.constant(null),
        ),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4 }),
      ),
    })).json;
    const graphs = fc.record({
      apiVersion: fc.constant('rehearse/v1'),
      name: fc.string(),
      inputs: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), value, { maxKeys: 3 }),
      nodes: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), value, { maxKeys: 3 }),
      cases: fc.array(fc.record({ id: text, vars: fc.dictionary(key, value, { maxKeys: 4 }) }), {
        maxLength: 3,
      }),
    });
    fc.assert(
      fc.property(graphs, (graph) => {
        const known = JSON.parse(JSON.stringify(graph).replaceAll('\\u0000', '')) as Json;
        expect(read(printGraph(document(known as object)))).toEqual(known);
      }),
      { numRuns: 200 },
    );
  });

  it('takes a schema as deep as a document may be, which has no end of ways through a value of any JSON', () => {
    const inputs = Array.from({ length: 60 }).reduce<Json>((inner) => ({ not: inner }), true);
    const nodes = { a: { type: 'transform', value: '1' } };
    const graph = document({ apiVersion: 'rehearse/v1', kind: 'Graph', name: 'deep', inputs, nodes });
    expect(read(printGraph(graph))).toEqual(graph);
  });

  it('keeps numbers that are beyond what whole digits can say', () => {
    const graph = document({ name: 'x', inputs: { minimum: 1e20, maximum: 1.5e300, zero: -0 } });
    expect(read(printGraph(graph))).toEqual({
      name: 'x',
      inputs: { minimum: 1e20, maximum: 1.5e300, zero: 0 },
    });
  });
});
