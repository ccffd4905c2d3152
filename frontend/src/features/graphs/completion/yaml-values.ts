import type { yamlLanguage } from '@codemirror/lang-yaml';
import type { Json } from '@rehearse/contracts';

export type SyntaxNode = ReturnType<typeof yamlLanguage.parser.parse>['topNode'];

/** The steps from the root of a document: keys, and places in lists. */
export type YamlPath = (string | number)[];

/** What a part of a document says, as far as it can be read; what is not written yet is null. */
export function valueOf(node: SyntaxNode | null, text: string): Json {
  switch (node?.name) {
    case 'BlockMapping':
    case 'FlowMapping':
      return Object.fromEntries(
        node.getChildren('Pair').map((pair) => [keyOf(pair, text), valueOf(contentOf(pair), text)]),
      );
    case 'BlockSequence':
    case 'FlowSequence':
      return node.getChildren('Item').map((item) => valueOf(item.firstChild, text));
    case 'Anchored':
    case 'Tagged':
      return valueOf(node.lastChild, text);
    case 'Literal':
    case 'QuotedLiteral':
      return scalarOf(node, text);
    default:
      return null;
  }
}

/** Where a node stands in its document. */
export function pathOf(node: SyntaxNode, text: string): YamlPath {
  const path: YamlPath = [];
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === 'Pair') path.unshift(keyOf(at, text));
    if (at.name === 'Item') path.unshift(placeOf(at));
  }
  return path;
}

export const keyOf = (pair: SyntaxNode, text: string): string => {
  const key = pair.getChild('Key')?.firstChild;
  return key ? scalarOf(key, text) : '';
};

/** What stands behind the colon of a pair. */
export function contentOf(pair: SyntaxNode): SyntaxNode | null {
  const last = pair.lastChild;
  return last && last.name !== 'Key' && last.name !== ':' ? last : null;
}

function placeOf(item: SyntaxNode): number {
  const items = item.parent?.getChildren('Item') ?? [];
  return items.findIndex(({ from }) => from === item.from);
}

function scalarOf({ from, to, name }: SyntaxNode, text: string): string {
  const written = text.slice(from, to);
  return name === 'QuotedLiteral' ? written.slice(1, -1) : written;
}
