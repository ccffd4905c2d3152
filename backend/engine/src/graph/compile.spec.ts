import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { graphOf, graphText, told } from './testing/told.js';
import { compileGraph } from './index.js';

const EXAMPLE = readFileSync(new URL('../../../cli/examples/refund-agent.yaml', import.meta.url), 'utf8');

describe('compileGraph', () => {
  it('compiles the refund agent without a word', () => {
    expect(told(EXAMPLE)).toBe('');
    expect(compileGraph(EXAMPLE).ok).toBe(true);
  });

  it('makes edges of needs and references, in file order, and knows the leaves', () => {
    const graph = graphOf(`
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
tools: {t: {mock: [{return: 1}]}}
nodes:
  a: {type: transform, value: "1"}
  b: {type: transform, value: "1"}
  c: {type: llm, system: "{{ nodes.b.output }}", messages: [{role: user, content: "{{ nodes.a.output }}"}]}
  d: {type: tool, tool: t, args: {deep: [{x: "{{ nodes.c.text }}"}]}, needs: [a]}
  e: {type: switch, cases: [{name: x, when: nodes.b.output == 1}], requires: [nodes.a.output == 1]}
  f: {type: assert, when: nodes.c.text == "x", assert: [{type: cel, value: nodes.d.output == 1}]}
`);
    expect(Object.fromEntries(graph.nodes.map(({ id, needs }) => [id, needs]))).toEqual({
      ...{ a: [], b: [], c: ['a', 'b'], d: ['a', 'c'], e: ['a', 'b'], f: ['c'] },
    });
    expect(graph.leaves).toEqual(['d', 'e', 'f']);
  });

  it('fills in the defaults', () => {
    const { nodeById, cases } = graphOf(`
providers:
  m: {targets: [{provider: mock, script: s}], timeout: 30s, retry: {attempts: 3, initialDelay: 200ms}}
mocks: {s: [{reply: {content: hi}}]}
tools: {t: {mock: [{return: 1}]}}
nodes:
  plain: {type: llm, prompt: x}
  own: {type: agent, prompt: x, timeout: 2m, retry: {attempts: 1}, tools: [t]}
  call: {type: tool, tool: t}
repeat: {runs: 3}
cases: [{id: a}, {id: b, repeat: {runs: 5, minPass: 4}, seed: 7}]
`);
    expect(nodeById.get('plain')).toMatchObject({
      ...{ join: 'all', onError: 'stop', maxTurns: 1, repair: 1, timeoutMs: 30_000 },
      // What is not said is the operator's to say, when the graph runs.
      retry: { attempts: 3, initialDelayMs: 200 },
    });
    expect(nodeById.get('plain')).not.toHaveProperty('retry.maxDelayMs');
    expect(nodeById.get('own')).toMatchObject({
      maxTurns: 10,
      timeoutMs: 120_000,
      retry: { attempts: 1, initialDelayMs: 200 },
    });
    expect(nodeById.get('call')).toMatchObject({ timeoutMs: 60_000, retry: { attempts: 1 } });
    expect([...cases].map(({ repeat, seed }) => [repeat, seed])).toEqual([
      [{ runs: 3 }, undefined],
      [{ runs: 5, minPass: 4 }, 7],
    ]);
  });

  it('keeps the digest over comments, spacing and quotes, and not the digest of the bytes', () => {
    const first = graphOf('nodes: {a: {type: transform, value: "1"}}');
    const second = graphOf("# a comment\nnodes:\n    a:\n        value: '1'\n        type:   transform\n");
    expect(second.digest).toBe(first.digest);
    expect(second.sourceDigest).not.toBe(first.sourceDigest);
    expect(graphOf('nodes: {a: {type: transform, value: "2"}}').digest).not.toBe(first.digest);
  });

  it('takes an alias as a whole value', () => {
    const graph = graphOf('nodes:\n  a: &a {type: transform, value: "1"}\n  b: *a\n');
    expect(graph.nodes.map(({ id, type }) => [id, type])).toEqual([
      ['a', 'transform'],
      ['b', 'transform'],
    ]);
  });

  it('says where each node and contract stands', () => {
    const graph = graphOf(
      'nodes:\n  a:\n    type: transform\n    value: "1"\n\ncontracts:\n  - id: c\n    never: "false"\n',
    );
    expect(graph.nodes[0]!.range).toEqual({ line: 5, column: 3, endLine: 7, endColumn: 15 });
    expect(graph.contracts[0]!.range).toEqual({ line: 10, column: 5, endLine: 11, endColumn: 19 });
  });
});

/** Whether every finding lies within the document and says something. */
function expectSoundFindings(source: string): void {
  const lines = (source.startsWith('\uFEFF') ? source.slice(1) : source).split(/\r\n|\r|\n/);
  const result = compileGraph(source);
  if (!result.ok) expect(result.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  for (const { line, column, endLine, endColumn, message, code } of result.diagnostics) {
    expect(code).toMatch(/^(yaml|graph|expression|schema|assertion)\/[a-z-]+$/);
    expect(message).not.toBe('');
    expect([line, endLine].every((at) => at >= 1 && at <= lines.length)).toBe(true);
    expect(column >= 1 && column <= lines[line - 1]!.length + 1).toBe(true);
    expect(endColumn >= 1 && endColumn <= lines[endLine - 1]!.length + 1).toBe(true);
    expect(endLine > line || endColumn >= column).toBe(true);
  }
}

describe('compileGraph, whatever it is given', () => {
  it('never throws and tells places within the document', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectSoundFindings), {
      numRuns: 500,
    });
  });

  it('stands text that looks like YAML', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ': ',
        '- ',
        '\n',
        '  ',
        '\t',
        '[',
        ']',
        '{',
        '}',
        ', ',
        '"',
        "'",
        '|\n',
        '>-\n',
        '&x ',
        '*x',
        '!t ',
        '!!str ',
        '#',
        '? ',
        '<<',
        '---\n',
        '...\n',
        '\\',
        '%',
        '\r\n',
        '\uFEFF',
        '1',
        'null',
        '{{ ',
        ' }}',
      ],
    );
    const check = () =>
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => expectSoundFindings(pieces.join(''))),
        { numRuns: 1_500 },
      );
    expect(check).not.toThrow();
  });

  it('stands a sound document with something cut out, doubled or put in', () => {
    const change = fc.record({
      at: fc.nat(EXAMPLE.length),
      length: fc.nat(40),
      put: fc.oneof(
        fc.constantFrom('', '\n', ': ', '  ', '{{', '"', '*x', '- ', '[', '5', 'nodes.zebra.output'),
        fc.string({ maxLength: 8 }),
      ),
      isDoubled: fc.boolean(),
    });
    const check = () =>
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
          const mutated = changes.reduce((text, { at, length, put, isDoubled }) => {
            const cut = text.slice(at, at + length);
            return text.slice(0, at) + put + (isDoubled ? cut + cut : '') + text.slice(at + length);
          }, EXAMPLE);
          expectSoundFindings(mutated);
        }),
        { numRuns: 150 },
      );
    expect(check).not.toThrow();
  });

  it('stands any JSON in the place of any part', () => {
    const json = fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown);
    const section = fc.constantFrom(
      'inputs',
      'providers',
      'mocks',
      'tools',
      'nodes',
      'contracts',
      'assert',
      'cases',
      'budget',
      'output',
      'chaos',
    );
    const node = fc
      .record({ type: fc.constantFrom('llm', 'agent', 'tool', 'transform', 'switch', 'assert', 'loop') })
      .chain((fixed) =>
        fc
          .dictionary(
            fc.constantFrom(
              'prompt',
              'value',
              'when',
              'needs',
              'tools',
              'tool',
              'args',
              'cases',
              'assert',
              'provider',
              'messages',
              'output',
            ),
            json,
          )
          .map((rest) => ({ ...rest, ...fixed })),
      );
    const check = () =>
      fc.assert(
        fc.property(
          fc.dictionary(section, json),
          fc.dictionary(fc.constantFrom('a', 'b', 'c'), node),
          (sections, nodes) => {
            const all = Object.entries({ nodes, ...sections });
            expectSoundFindings(
              graphText(all.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join('\n')),
            );
          },
        ),
        { numRuns: 300 },
      );
    expect(check).not.toThrow();
  });
});
