import { describe, expect, it } from '@jest/globals';
import type { GraphNodeView } from '@rehearse/contracts';
import { linesOf, nodeAt } from './node-lines.js';

const source = [
  'nodes:',
  '  a:',
  '    type: llm',
  '',
  '    # said',
  '    prompt: hi',
  '  b: {type: llm}',
  'assert:',
  '  - x',
].join('\n');
const nodes = [
  { id: 'a', line: 2 },
  { id: 'b', line: 7 },
] as GraphNodeView[];

describe('the lines of a node', () => {
  it('go from its key to the last line that stands deeper', () => {
    expect(nodes.map((node) => linesOf(source, node))).toEqual([
      { from: 2, to: 6 },
      { from: 7, to: 7 },
    ]);
  });

  it('lead from a line back to the node', () => {
    expect([1, 4, 6, 7, 9].map((line) => nodeAt(source, nodes, line))).toEqual([
      undefined,
      'a',
      'a',
      'b',
      undefined,
    ]);
  });
});
