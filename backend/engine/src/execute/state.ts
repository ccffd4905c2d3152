import type { CallDefaults, EndReason, JsonObject } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { filePlaceOf, keySteps } from '../journal/keys.js';
import { stoppingRules } from '../contract/index.js';
import { FORMAT_DEFAULTS } from './call-defaults.js';
import type { RunFacts } from './facts.js';
import type { Answer, AssertionSubject } from '../assert/index.js';
import { Frame, frameIn, type Slot } from './frame.js';
import type { WholeResult } from './graph-result.js';
import type { Inquiry } from './inquire.js';
import { Ledger } from './ledger.js';
import type { NodeState } from './node-state.js';

/** What the events so far fold to, as far as `decide` needs it. Only `evolve` changes it. */
export class RunState {
  started: {
    vars: JsonObject;
    seed: number;
    chaos: string | null;
    caseId: string | null;
    at: string;
  } | null = null;
  /** How models are called where the graph does not say it. */
  defaults: CallDefaults = FORMAT_DEFAULTS;
  /** How long it has been paused so far, and since when it is. */
  paused: { totalMs: number; since: string | null } = { totalMs: 0, since: null };
  readonly root: Frame;
  /** Keys of assertions and contracts that have a result. */
  readonly judged = new Set<string>();
  tally = { failed: 0, errored: 0, counted: 0 };
  /** What became of contracts that do not hold, by their ids. */
  readonly broken = new Map<string, { verdict: 'failed' | 'errored'; message: string }>();
  /** Why a policy stopped something. */
  readonly blocked: string[] = [];
  readonly ledger: Ledger;
  /** Executions of nodes that wait until the budget has room for what they are to ask. */
  readonly waitingForRoom = new Set<Slot>();
  ending: EndReason | null = null;
  finished = false;
  lastSeq = 0;
  lastKey = 'run';
  lastAt = '';
  /** Executions of nodes that settled and whose checks have not been made, in the order in which they settled. */
  readonly unjudged: Slot[] = [];
  /** Assertions that wait for answers, by the keys of their results; those that may have got one. */
  readonly inquiries = new Map<string, Inquiry>();
  readonly dueInquiries = new Set<string>();
  /** What the run gave, and how its assertions see it: told once, when all nodes have settled. */
  result: WholeResult | null = null;
  subject: AssertionSubject | null = null;
  /** Whether the run's own assertions have begun to ask. */
  hasAsked = false;
  /** How far judges are, by the key of what they were asked. */
  readonly asked = new Map<string, NodeState>();
  /** Answers that the journal does not hold: those of programs, and of judges that gave up. */
  readonly told = new Map<string, Answer>();
  /** What programs were given, by the key of the assertion and then of the ask: digests. */
  readonly scripts = new Map<string, Map<string, string>>();
  readonly #slots = new Map<string, Slot>();
  readonly #stops: ReadonlySet<string>;

  /** `stops`: the keys of the findings that end the run. */
  constructor(graph: CompiledGraph, stops = stoppingRules(graph)) {
    this.#stops = stops;
    this.root = new Frame(graph);
    this.ledger = new Ledger(graph.budget);
  }

  /** An assertion begins to wait for answers. */
  open(inquiry: Inquiry): void {
    if (this.inquiries.has(inquiry.key)) return;
    this.inquiries.set(inquiry.key, inquiry);
    this.dueInquiries.add(inquiry.key);
  }

  /** The result is there, and what waited for it goes on. */
  close(key: string): void {
    const { waiting } = this.inquiries.get(key) ?? {};
    this.inquiries.delete(key);
    this.dueInquiries.delete(key);
    waiting?.frame.put(waiting, waiting.state);
  }

  /** What was reserved for an execution of a node is free: whoever waits for room may go on. */
  release(key: string): void {
    if (!this.ledger.release(key)) return;
    for (const waiting of this.waitingForRoom) waiting.frame.put(waiting, waiting.state);
    this.waitingForRoom.clear();
  }

  /** Something was told under the key of an ask: whoever asked may go on. */
  wake(key: string): void {
    const own = key.slice(0, key.lastIndexOf('/turn['));
    const set = own.replace(/\.assert\[\d+\]$/, '');
    for (const waiting of [own, set]) if (this.inquiries.has(waiting)) this.dueInquiries.add(waiting);
  }

  /** What does not belong to one execution of a node. */
  get facts(): RunFacts {
    return this.root.facts;
  }

  /** Whether a violation with this key ends the run. */
  stopsAt(key: string): boolean {
    return this.#stops.has(filePlaceOf(key));
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
