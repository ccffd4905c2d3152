import { describe, expect, it } from '@jest/globals';
import { outlineOf } from './graph-outline.js';
import { findNode, innermostAt, moveOf, rowsOf, type OutlineNode } from './outline-rows.js';

const GRAPH = `kind: Graph
nodes:
  each:
    type: forEach
    over: inputs.items
    nodes:
      look: {type: llm}
      again:
        type: loop
        nodes: {write: {type: llm}}
  last: {type: tool, tool: look_up}
assert: []
`;
const outline = outlineOf(GRAPH);
const NONE = new Set<string>();

/** The tree as text, two spaces a level. */
const drawn = (nodes: OutlineNode[], closed: ReadonlySet<string> = NONE): string =>
  rowsOf(nodes, closed)
    .map(({ node, level }) => `${'  '.repeat(level - 1)}${node.id} ${node.type} ${node.line}-${node.endLine}`)
    .join('\n');

describe('the outline of a graph', () => {
  it('has the nodes inside of others under them, with their lines', () => {
    expect(`\n${drawn(outline)}`).toBe(`
each forEach 3-10
  look llm 7-7
  again loop 8-10
    write llm 10-10
last tool 11-11`);
  });

  it('is there while a text is being written, and of the graph among other documents', () => {
    expect(drawn(outlineOf('nodes:\n  a:\n    type: llm\n  b'))).toContain('a llm 2-3');
    expect(drawn(outlineOf(`kind: Persona\nname: x\n---\n${GRAPH}`))).toContain('last tool 14-14');
    expect(outlineOf('')).toEqual([]);
  });

  it('leads from a line to the innermost node, and from a key to its node', () => {
    expect([7, 9, 10, 11, 12].map((line) => innermostAt(outline, line)?.key)).toEqual([
      ...['each/look', 'each/again', 'each/again/write', 'last', undefined],
    ]);
    expect(findNode(outline, 'each/again/write')?.line).toBe(10);
    expect(findNode(outline, 'each/gone')).toBeUndefined();
  });

  it('is gone through by the keys of a tree', () => {
    const press = (from: string, pressed: string, closed = NONE) =>
      moveOf(rowsOf(outline, closed), { from, pressed });
    expect(press('each', 'ArrowDown')).toEqual({ to: 'each/look' });
    expect(press('each', 'ArrowDown', new Set(['each']))).toEqual({ to: 'last' });
    expect(press('each', 'ArrowUp')).toBeNull();
    expect(press('each', 'ArrowRight')).toEqual({ to: 'each/look' });
    expect(press('each', 'ArrowRight', new Set(['each']))).toEqual({ open: 'each' });
    expect(press('last', 'ArrowRight')).toBeNull();
    expect(press('each', 'ArrowLeft')).toEqual({ close: 'each' });
    expect(press('each/look', 'ArrowLeft')).toEqual({ to: 'each' });
    expect(press('each/look', 'Home')).toEqual({ to: 'each' });
    expect(press('each', 'End')).toEqual({ to: 'last' });
    expect(press('last', 'w')).toEqual({ to: 'each/again/write' });
    expect(press('last', 'Enter')).toEqual({ select: 'last' });
    expect(press('last', 'Escape')).toBeNull();
  });
});
