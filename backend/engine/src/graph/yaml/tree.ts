import type { ScalarEvent } from 'js-yaml';

interface Spot {
  /** Offsets in the source; `end` is the first one behind. */
  start: number;
  end: number;
}

export interface ScalarNode extends Spot {
  kind: 'scalar';
  value: null | boolean | number | string;
  event: ScalarEvent;
  /** Stands for something that could not be read, which is reported already. */
  isBroken?: true;
}

export interface SequenceNode extends Spot {
  kind: 'sequence';
  items: YamlNode[];
}

export interface MappingEntry {
  key: string;
  keyStart: number;
  keyEnd: number;
  value: YamlNode;
}

/** Its keys are unique: of duplicates the first is kept. */
export interface MappingNode extends Spot {
  kind: 'mapping';
  entries: MappingEntry[];
}

/** Stands where an alias stands, for what the anchor named. */
export interface AliasNode extends Spot {
  kind: 'alias';
  target: YamlNode;
}

/** A YAML document with the place of every key and value. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

/** What a node is once aliases are followed. */
export function resolved(node: YamlNode): Exclude<YamlNode, AliasNode> {
  return node.kind === 'alias' ? resolved(node.target) : node;
}
