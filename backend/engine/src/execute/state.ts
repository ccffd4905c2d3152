import type { EndReason, JsonObject } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { keySteps } from '../journal/keys.js';
import { Frame, frameIn, type Slot } from './frame.js';

/** What the events so far fold to, as far as `decide` needs it. Only `evolve` changes it. */
export class RunState {
  started: {
    vars: JsonObject;
    seed: number;
    chaos: string | null;
    caseId: string | null;
    at: string;
  } | null = null;
  readonly root: Frame;
  /** Keys of assertions and contracts that have a result. */
  readonly judged = new Set<string>();
  tally = { failed: 0, errored: 0, counted: 0 };
  totals = { turns: 0, tokens: 0, costUsd: 0 };
  ending: EndReason | null = null;
  finished = false;
  lastSeq = 0;
  lastKey = 'run';
  lastAt = '';
  /** Executions of nodes that settled and whose checks have not been made, in the order in which they settled. */
  readonly unjudged: Slot[] = [];
  readonly #slots = new Map<string, Slot>();

  constructor(graph: CompiledGraph) {
    this.root = new Frame(graph);
  }

  /** The execution of a node that an event with this key speaks of; undefined when the graph has no such place. */
  slotOf(lane: string, key: string): Slot | undefined {
    const known = this.#slots.get(lane);
    if (known && isWithin(key, known.key)) return known;
    const slot = find(this.root, key);
    if (slot?.lane !== lane) return undefined;
    this.#slots.set(lane, slot);
    return slot;
  }
}

const isWithin = (key: string, base: string): boolean =>
  key.startsWith(base) && (key.length === base.length || key.startsWith('/turn[', base.length));

/** Follows a key from the root, and opens what it leads through. */
function find(root: Frame, key: string): Slot | undefined {
  let frame: Frame | null = root;
  let slot: Slot | undefined;
  for (const { node, item, iteration } of keySteps(key)) {
    if (slot) frame = frameIn(slot, { item, iteration });
    slot = frame?.slot(node);
    if (!slot) return undefined;
  }
  return slot;
}
