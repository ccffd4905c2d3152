import { yamlLanguage } from '@codemirror/lang-yaml';
import type { Json } from '@rehearse/contracts';
import { closed } from './flow-ends.js';
import { pathOf, valueOf, type SyntaxNode, type YamlPath } from './yaml-values.js';

/** Where the cursor stands, and all that is written around it. */
export interface YamlPlace {
  /** Of the mapping whose key is written, or of the value. */
  path: YamlPath;
  at: 'key' | 'value';
  /** The document of the cursor, without what is being written. */
  document: Json;
  /** The documents beside it in the file. */
  others: Json[];
  /** Where the word begins. */
  from: number;
  /** Between braces or brackets. */
  isFlow: boolean;
  /** A colon stands behind the word already. */
  hasColon: boolean;
}

/** Stands for the word that is being written: nobody writes it. */
const HERE = '\ue000';
/** `#/…` is a comment where it is not quoted, so no word begins with `#`. */
const WORD = /(?:[\w$](?:[\w$./@-]|:(?=\w|$))*)?$/;

/** The places that the word before the cursor may have: in a list, it may be a value, or the first key of a mapping. */
export function placesAt(text: string, position: number): YamlPlace[] {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const before = text.slice(start, position);
  const end = text.indexOf('\n', position);
  const after = text.slice(position, end === -1 ? text.length : end);
  if (/^[\w$-]/.test(after)) return [];
  const from = position - WORD.exec(before)![0].length;
  const isFirst = /^\s*(?:- +)*$/.test(text.slice(start, from));
  const hasColon = /^\s*:/.test(after);
  const forms = isFirst && !hasColon ? (before.includes('- ') ? [`${HERE}:`, HERE] : [`${HERE}:`]) : [HERE];
  const rest = text.slice(position);
  return forms.flatMap((form) => {
    const place = placeIn(closed(text.slice(0, from) + form + rest, from), from);
    return place ? [{ ...place, hasColon }] : [];
  });
}

function placeIn(text: string, from: number): Omit<YamlPlace, 'hasColon'> | null {
  const tree = yamlLanguage.parser.parse(text);
  const word = tree.resolveInner(from, 1);
  if (word.name !== 'Literal' || word.from !== from || word.to !== from + HERE.length) return null;
  const documents = tree.topNode.getChildren('Document');
  const own = documents.find((document) => document.from <= from && from <= document.to);
  const isKey = word.parent?.name === 'Key';
  const path = pathOf(word, text);
  return {
    path: isKey ? path.slice(0, -1) : path,
    at: isKey ? 'key' : 'value',
    document: documentOf(own, text),
    others: documents.filter((document) => document !== own).map((document) => documentOf(document, text)),
    from,
    isFlow: isWithinFlow(word),
  };
}

function documentOf(document: SyntaxNode | undefined, text: string): Json {
  const names = ['BlockMapping', 'FlowMapping', 'BlockSequence', 'FlowSequence'];
  const root = names.map((name) => document?.getChild(name)).find(Boolean) ?? null;
  return without(valueOf(root, text));
}

/** The value without the word that is being written. */
function without(value: Json): Json {
  if (Array.isArray(value)) return value.map(without);
  if (value === HERE) return null;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== HERE)
      .map(([key, member]) => [key, without(member)]),
  );
}

function isWithinFlow(node: SyntaxNode): boolean {
  for (let at = node.parent; at; at = at.parent)
    if (at.name === 'FlowMapping' || at.name === 'FlowSequence') return true;
  return false;
}
