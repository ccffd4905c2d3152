import type { EventData, Json, JsonObject } from '@rehearse/contracts';
import type { CompiledTemplateValue, Evaluation } from '../expression/index.js';
import type { CompiledBody, CompiledNode } from '../graph/model.js';
import { addCosts, type Cost } from '../journal/cost.js';
import { RunFacts } from './facts.js';
import { relationsOf } from './relations.js';
import { isSettled, PENDING, type NodeState, type ToolCallState } from './node-state.js';

/** One execution of a node: where it stands, and how far it is. */
export interface Slot {
  readonly frame: Frame;
  readonly node: CompiledNode;
  /** `each/item[2]/a`: without the iterations of loops, which follow each other in one lane. */
  readonly lane: string;
  /** `lp/iter[3]/a`: the key of its first event; those of its turns begin with it. */
  readonly key: string;
  state: NodeState;
  /** What the node holds: its items, its iteration, its sub-graph. */
  frames: Frame[];
  // What was worked out once, by `bindings.ts` and `decide-containers.ts`. It lies here and not in weak maps, whose values
  // outlive their run until V8 collects its old generation.
  /** What expressions see of a state that stands still. */
  seen: { state: NodeState; view: Json } | null;
  /** What a `forEach` runs over. */
  list: Evaluation | null;
  /** The vars of a graph within the graph. */
  vars: ReturnType<CompiledTemplateValue['render']> | null;
  /** How many items of a `forEach`, from the first on, have settled. */
  settledItems: number;
}

/** What was done in frames that are gone: earlier iterations of a loop. */
export interface Past {
  toolCalls: readonly ToolCallState[];
  turns: number;
  usage: NodeState['usage'];
  costUsd: Cost;
  handoffs: readonly EventData<'handoff'>[];
}

const NOTHING_YET: Past = {
  toolCalls: [],
  turns: 0,
  usage: { inputTokens: 0, outputTokens: 0 },
  costUsd: 0,
  handoffs: [],
};

/** Which execution of a body: an item of a list or an iteration of a loop, from 1; 0 when there is but one. */
export interface FramePlace {
  item: number;
  iteration: number;
}

/** One execution of a body, with the nodes of it that may have something to do. */
export class Frame {
  readonly body: CompiledBody;
  readonly parent: Slot | null;
  readonly item: number;
  readonly iteration: number;
  readonly slots: readonly Slot[];
  /** Of the whole run. */
  readonly facts: RunFacts;
  /** What the iterations before this one did, and the outputs of the last of them. */
  past: Past = NOTHING_YET;
  previous: Json = null;
  /** Of the last event of the iteration before this one; 0 where there is none. */
  previousSeq = 0;
  /** Indexes of nodes, ascending; a node that is not among them waits for an event. */
  readonly #active: number[];
  #unsettled: number;
  #stopping = Infinity;

  constructor(body: CompiledBody, parent: Slot | null = null, place: FramePlace = { item: 0, iteration: 0 }) {
    this.body = body;
    this.parent = parent;
    this.facts = parent?.frame.facts ?? new RunFacts();
    this.item = place.item;
    this.iteration = place.iteration;
    const { lane, key } = prefixesOf(parent, place);
    this.slots = body.nodes.map((node) => ({
      ...{ frame: this, node, lane: lane + node.id, key: key + node.id },
      ...{ state: PENDING, frames: [], seen: null, list: null, vars: null, settledItems: 0 },
    }));
    this.#active = body.nodes.map(({ index }) => index);
    this.#unsettled = this.slots.length;
  }

  slot(id: string): Slot | undefined {
    const node = this.body.nodeById.get(id);
    return node && this.slots[node.index];
  }

  get isSettled(): boolean {
    return this.#unsettled === 0;
  }

  /** Of the nodes that errored without `onError: continue`, the first in the file. */
  get stopping(): Slot | null {
    return this.#stopping === Infinity ? null : this.slots[this.#stopping]!;
  }

  /** The nodes that may have something to do, in file order. */
  get active(): readonly number[] {
    return this.#active;
  }

  /** The node has nothing to do until the next event that concerns it. */
  rest(index: number): void {
    const at = this.#place(index);
    if (this.#active[at] === index) this.#active.splice(at, 1);
  }

  /** Takes the state of a node after an event; what waits for it, and what is around it, may go on. */
  put(slot: Slot, state: NodeState): void {
    const before = slot.state;
    slot.state = state;
    this.#wake(slot.node.index);
    if (!isSettled(before) && isSettled(state)) this.#settle(slot);
    for (let around = this.parent; around; around = around.frame.parent)
      around.frame.#wake(around.node.index);
  }

  #settle({ node, state }: Slot): void {
    this.#unsettled -= 1;
    if (state.status === 'errored' && node.onError === 'stop')
      this.#stopping = Math.min(this.#stopping, node.index);
    for (const dependent of relationsOf(this.body).dependents[node.index]!) this.#wake(dependent);
  }

  #wake(index: number): void {
    const at = this.#place(index);
    if (this.#active[at] !== index) this.#active.splice(at, 0, index);
  }

  /** Where an index stands, or would stand. */
  #place(index: number): number {
    let [low, high] = [0, this.#active.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#active[middle]! < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function prefixesOf(parent: Slot | null, { item, iteration }: FramePlace): { lane: string; key: string } {
  if (!parent) return { lane: '', key: '' };
  const place = item > 0 ? `/item[${item}]/` : '/';
  return {
    lane: parent.lane + place,
    key: parent.key + (iteration > 0 ? `/iter[${iteration}]/` : place),
  };
}

/** The frame of a node's body, made when it is first spoken of. An iteration takes the place of the one before it. */
export function frameIn(slot: Slot, place: FramePlace): Frame | null {
  const { node, frames } = slot;
  if (!('body' in node)) return null;
  const index = Math.max(0, place.item - 1);
  const known = frames[index];
  if (known && known.iteration === place.iteration) return known;
  // What is over is not taken up again, as when a timer of an earlier iteration fires.
  if (known && known.iteration > place.iteration) return null;
  const frame = new Frame(node.body, slot, place);
  if (known) {
    frame.past = sum([known.past, ...known.slots.map(workOf)]);
    frame.previous = outputsOf(known);
    frame.previousSeq = Math.max(...known.slots.map(({ state }) => state.lastSeq));
  }
  frames[index] = frame;
  return frame;
}

/** What the nodes of a frame gave, by their ids. */
export const outputsOf = (frame: Frame): JsonObject =>
  Object.fromEntries(frame.slots.map(({ node, state }) => [node.id, state.output]));

/** What an execution of a node did, with all that is inside of it, in an order that is the same in every run. */
export function workOf({ state, frames }: Slot): Past {
  const { toolCalls, asks, usage, costUsd, handoff } = state;
  const own = { toolCalls, turns: asks, usage, costUsd, handoffs: handoff ? [handoff.event] : [] };
  return frames.length === 0 ? own : sum([own, ...frames.filter(Boolean).map(workIn)]);
}

/** What was done in a frame: causal order, so that parallel branches give the same in every run. */
export function workIn({ body, slots, past }: Frame): Past {
  return sum([past, ...relationsOf(body).causalOrder.map((index) => workOf(slots[index]!))]);
}

const sum = (parts: readonly Past[]): Past => ({
  toolCalls: parts.flatMap(({ toolCalls }) => toolCalls),
  handoffs: parts.flatMap(({ handoffs }) => handoffs),
  turns: parts.reduce((total, { turns }) => total + turns, 0),
  usage: {
    inputTokens: parts.reduce((total, { usage }) => total + usage.inputTokens, 0),
    outputTokens: parts.reduce((total, { usage }) => total + usage.outputTokens, 0),
  },
  costUsd: parts.reduce<Cost>((total, { costUsd }) => addCosts(total, costUsd), 0),
});
