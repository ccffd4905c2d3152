import { LIMITS } from '@rehearse/contracts';
import type { ScalarProblem } from './scalar.js';
import type { MappingNode, SequenceNode, YamlNode } from './tree.js';

/** What a node comes to once its aliases are written out: characters and values, and the aliases in it. */
interface Weight {
  size: number;
  expansions: number;
}

const NOTHING: Weight = { size: 1, expansions: 0 };

/** Keeps the size that aliases expand to, so that a small document cannot unfold into a huge one. */
export class Weights {
  readonly #of = new Map<YamlNode, Weight>();
  #expansions = 0;
  #size = 0;

  add(node: YamlNode, size: number): void {
    this.#of.set(node, { size: size + 1, expansions: 0 });
  }

  addCollection(node: MappingNode | SequenceNode): void {
    const children = node.kind === 'mapping' ? node.entries.map(({ value }) => value) : node.items;
    let size = 1;
    let expansions = 0;
    for (const child of children) {
      const weight = this.#of.get(child) ?? NOTHING;
      size += weight.size;
      expansions += weight.expansions;
    }
    if (node.kind === 'mapping') for (const { key } of node.entries) size += key.length;
    this.#of.set(node, { size, expansions });
  }

  /** What a merge takes from another mapping is as heavy here as there. */
  copy(node: YamlNode, from: YamlNode): void {
    this.#of.set(node, this.#of.get(from) ?? NOTHING);
  }

  /** Counts an alias together with those inside of what it names. */
  expand(alias: YamlNode, target: YamlNode): ScalarProblem | undefined {
    const weight = this.#of.get(target) ?? NOTHING;
    this.#expansions += 1 + weight.expansions;
    this.#size += weight.size;
    this.#of.set(alias, { size: weight.size, expansions: weight.expansions + 1 });
    if (this.#expansions <= LIMITS.aliases && this.#size <= LIMITS.documentBytes) return undefined;
    return {
      code: 'yaml/too-many-aliases',
      message: `aliases expand more than ${LIMITS.aliases} times, or beyond 1 MiB`,
      suggestion: 'write the values out, or leave them out',
    };
  }
}
