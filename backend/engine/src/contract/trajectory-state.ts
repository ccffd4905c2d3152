import type { EventData, JournalEvent, Json, JsonObject } from '@rehearse/contracts';
import type { CompiledExpression } from '../expression/index.js';
import { addCosts, costOf, type Cost } from '../journal/cost.js';
import { elapsedMs } from '../journal/instant.js';

interface NodeFold extends JsonObject {
  status: string;
  messages: Json[];
  toolCalls: JsonObject[];
  usage: Usage;
  costUsd: Cost;
  latencyMs: number;
}

interface Usage extends JsonObject {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
}

const noUsage = (): Usage => ({ inputTokens: 0, outputTokens: 0, totalTokens: 0 });

const pending = (): NodeFold => ({
  ...{ status: 'pending', output: null, text: null, error: null },
  ...{ messages: [], toolCalls: [], usage: noUsage(), costUsd: 0, latencyMs: 0 },
});

/**
 * What an invariant sees beside the event: all that happened so far. Folded from events alone, live or recorded. The
 * nodes that invariants name are there before anything happened.
 */
export class TrajectoryState {
  /** `nodes`, `toolCalls`, `turns`, `usage` and `costUsd`. Changed in place by the next event. */
  readonly bindings: JsonObject;
  readonly #nodes: { [id: string]: NodeFold } = {};
  readonly #all = { toolCalls: [] as JsonObject[], turns: 0, usage: noUsage(), costUsd: 0 as Cost };
  readonly #starts = new Map<string, string>();
  readonly #calls = new Map<string, JsonObject>();

  /** `nodeOf` says which node a lane speaks of. */
  constructor(
    invariants: readonly CompiledExpression[],
    readonly nodeOf: (lane: string) => string | null,
  ) {
    for (const id of invariants.flatMap(({ nodeReferences }) => nodeReferences)) this.#nodes[id] = pending();
    this.bindings = { nodes: this.#nodes, ...this.#all };
  }

  /** Whether the predicate asks what something cost, which is not known. */
  lacks({ source }: CompiledExpression): boolean {
    return this.#all.costUsd === null && /\bcostUsd\b/.test(source);
  }

  observe(event: JournalEvent): void {
    const id = this.nodeOf(event.lane);
    if (id !== null) this.#apply((this.#nodes[id] ??= pending()), event);
  }

  #apply(node: NodeFold, event: JournalEvent): void {
    switch (event.type) {
      case 'node.started':
        this.#starts.set(event.lane, event.at);
        node.status = 'running';
        return;
      case 'node.finished':
        return this.#settle(node, event, { status: 'finished', ...event.data });
      case 'node.skipped':
        return this.#settle(node, event, { status: 'skipped' });
      case 'node.errored':
        return this.#settle(node, event, { status: 'errored', error: event.data.error });
      case 'model.requested':
        return this.#requested(node, event);
      case 'model.responded':
        return this.#responded(node, event.data);
      case 'tool.called':
        return this.#called(node, event);
      case 'tool.returned':
        return this.#answered(event.key, { result: event.data.result });
      case 'tool.failed':
        return this.#answered(event.key, { error: event.data.error.message });
      default:
        return;
    }
  }

  #settle(node: NodeFold, event: JournalEvent, settled: JsonObject): void {
    const startedAt = this.#starts.get(event.lane);
    Object.assign(node, settled, { latencyMs: startedAt ? elapsedMs(startedAt, event.at) : 0 });
  }

  #requested(node: NodeFold, { attempt, data }: JournalEvent<'model.requested'>): void {
    if (attempt === 1) this.bindings['turns'] = this.#all.turns += 1;
    node.messages.push(...(data.messagesAdded as unknown as Json[]));
  }

  #responded(node: NodeFold, data: EventData<'model.responded'>): void {
    const { content, toolCalls, usage } = data;
    const message = { role: 'assistant', content, ...(toolCalls.length > 0 ? { toolCalls } : {}) };
    node.messages.push(message);
    for (const total of [node.usage, this.#all.usage]) {
      total.inputTokens += usage.inputTokens;
      total.outputTokens += usage.outputTokens;
      total.totalTokens += usage.inputTokens + usage.outputTokens;
    }
    node.costUsd = addCosts(node.costUsd, costOf(data));
    this.#all.costUsd = addCosts(this.#all.costUsd, costOf(data));
    this.bindings['costUsd'] = this.#all.costUsd;
  }

  #called(node: NodeFold, { key, data }: JournalEvent<'tool.called'>): void {
    const { tool, args, turn } = data;
    const call = { name: tool, tool, arguments: args, args, turn, result: null, error: null };
    const known = this.#calls.get(key);
    if (known) return void Object.assign(known, call);
    this.#calls.set(key, call);
    node.toolCalls.push(call);
    this.#all.toolCalls.push(call);
  }

  #answered(key: string, answer: JsonObject): void {
    Object.assign(this.#calls.get(key) ?? {}, answer);
  }
}
