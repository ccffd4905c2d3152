import type { GraphNodeView } from '@rehearse/contracts';

/** The lines of a node: from its key to the line before the next thing that stands as far left. */
export function linesOf(source: string, node: GraphNodeView): { from: number; to: number } {
  const lines = source.split('\n');
  const indent = indentOf(lines[node.line - 1] ?? '');
  let to = node.line;
  for (let next = node.line + 1; next <= lines.length; next++) {
    const line = lines[next - 1] ?? '';
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    if (indentOf(line) <= indent) break;
    to = next;
  }
  return { from: node.line, to };
}

/** The node whose lines hold this one. */
export function nodeAt(source: string, nodes: GraphNodeView[], line: number): string | undefined {
  return nodes.find((node) => {
    const { from, to } = linesOf(source, node);
    return from <= line && line <= to;
  })?.id;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
