import { yamlLanguage } from '@codemirror/lang-yaml';
import { contentOf, keyOf, valueOf, type SyntaxNode } from '../completion/yaml-values.js';
import type { OutlineNode } from './outline-rows.js';

/** The nodes of the first graph in a text, each with those that it contains; as far as the text can be read. */
export function outlineOf(text: string): OutlineNode[] {
  const { topNode } = yamlLanguage.parser.parse(text);
  const lineAt = lineCounter(text);
  const bodyOf = (mapping: SyntaxNode | null, around: string): OutlineNode[] =>
    membersOf(memberOf(mapping, 'nodes', text)).map((pair) => {
      const id = keyOf(pair, text);
      const node = unwrapped(contentOf(pair));
      return {
        key: around + id,
        id,
        type: textOf(memberOf(node, 'type', text), text),
        line: lineAt(pair.from),
        endLine: lineAt(pair.to),
        nodes: bodyOf(node, `${around}${id}/`),
      };
    });
  for (const document of topNode.getChildren('Document')) {
    const nodes = bodyOf(document.getChild('BlockMapping') ?? document.getChild('FlowMapping'), '');
    if (nodes.length > 0) return nodes;
  }
  return [];
}

const membersOf = (mapping: SyntaxNode | null): SyntaxNode[] => mapping?.getChildren('Pair') ?? [];

function memberOf(mapping: SyntaxNode | null, key: string, text: string): SyntaxNode | null {
  const pair = membersOf(mapping).find((member) => keyOf(member, text) === key);
  return pair ? unwrapped(contentOf(pair)) : null;
}

/** What an anchor or a tag stands before. */
const unwrapped = (node: SyntaxNode | null): SyntaxNode | null =>
  node?.name === 'Anchored' || node?.name === 'Tagged' ? unwrapped(node.lastChild) : node;

function textOf(node: SyntaxNode | null, text: string): string {
  const value = valueOf(node, text);
  return typeof value === 'string' ? value : '';
}

/** Lines of offsets that are asked for in any order. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
