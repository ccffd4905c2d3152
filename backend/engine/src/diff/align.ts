import { diffArrays } from 'diff';
import { stepKeyOf } from '../journal/keys.js';

/** What can be aligned: a step, by its place in the graph and by what it is. */
export interface Placed {
  key: string;
  attempt: number;
  type: string;
  label: string;
}

export interface Alignment<Unit> {
  pairs: [a: Unit, b: Unit][];
  removed: Unit[];
  added: Unit[];
  /** What a node of a is called in b, where that is not the same. */
  renamed: Map<string, string>;
}

/** Beyond so many differences the longest common subsequence costs more than it tells. */
const MOST_EDITS = 1_000;

const placeOf = ({ key, attempt }: Placed) => `${key} ${attempt}`;
const kindOf = ({ type, label }: Placed) => `${type} ${label}`;

/**
 * Pairs the steps of two runs: those with the same key and attempt that are of the same kind; of the rest those in the
 * longest common subsequence of kinds, which finds renamed nodes; what lies in those by its place in them; what was done
 * elsewhere in another order; last, what is of another kind at the same place.
 */
export function align<Unit extends Placed>(
  a: readonly Unit[],
  b: readonly Unit[],
  contentOf: (unit: Unit) => string,
): Alignment<Unit> {
  const pairing = new Pairing(a, b);
  pairing.by((unit) => `${placeOf(unit)} ${kindOf(unit)}`);
  pairing.inOrder();
  const renamed = pairing.renamed();
  pairing.by(placeOf, (unit) => placeOf({ ...unit, key: renamedKey(unit.key, renamed) }));
  pairing.by((unit) => `${kindOf(unit)} ${contentOf(unit)}`);
  return { ...pairing.result(), renamed };
}

/** A key of a as it is in b. */
export function renamedKey(key: string, renamed: ReadonlyMap<string, string>): string {
  for (let end = key.length; end > 0; end = key.lastIndexOf('/', end - 1)) {
    const name = renamed.get(key.slice(0, end));
    if (name !== undefined) return name + key.slice(end);
  }
  return key;
}

class Pairing<Unit extends Placed> {
  readonly #partner = new Map<Unit, Unit>();
  readonly #taken = new Set<Unit>();

  constructor(
    readonly a: readonly Unit[],
    readonly b: readonly Unit[],
  ) {}

  /** Pairs what has the same name on both sides, in order. */
  by(nameOf: (unit: Unit) => string, nameInA: (unit: Unit) => string = nameOf): void {
    const waiting = new Map<string, Unit[]>();
    for (const unit of this.#left(this.b)) {
      const list = waiting.get(nameOf(unit));
      if (list) list.push(unit);
      else waiting.set(nameOf(unit), [unit]);
    }
    for (const list of waiting.values()) list.reverse();
    for (const unit of this.#left(this.a)) {
      const next = waiting.get(nameInA(unit))?.pop();
      if (next) this.#pair(unit, next);
    }
  }

  /** Pairs what stands in the longest common subsequence of kinds. */
  inOrder(): void {
    const [a, b] = [this.#left(this.a), this.#left(this.b)];
    const changes = diffArrays(a.map(kindOf), b.map(kindOf), { maxEditLength: MOST_EDITS });
    if (!changes) return this.by(kindOf);
    let [i, j] = [0, 0];
    for (const { added, removed, value } of changes) {
      if (!added && !removed) value.forEach((_, n) => this.#pair(a[i + n]!, b[j + n]!));
      if (!added) i += value.length;
      if (!removed) j += value.length;
    }
  }

  renamed(): Map<string, string> {
    const names = new Map<string, string>();
    for (const [a, b] of this.#partner)
      if (a.key !== b.key && a.type === 'node') names.set(stepKeyOf(a.key), stepKeyOf(b.key));
    return names;
  }

  result(): Omit<Alignment<Unit>, 'renamed'> {
    return { pairs: [...this.#partner], removed: this.#left(this.a), added: this.#left(this.b) };
  }

  #left(units: readonly Unit[]): Unit[] {
    return units.filter((unit) => !this.#taken.has(unit));
  }

  #pair(a: Unit, b: Unit): void {
    this.#partner.set(a, b);
    this.#taken.add(a).add(b);
  }
}
