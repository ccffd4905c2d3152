import type { Budget, ChatMessage, EventData, JournalEvent } from '@rehearse/contracts';
import { stepKeyOf } from '../journal/keys.js';
import { estimateTokens } from '../mock/tokens.js';

/** A request, as far as a budget asks for it. */
export interface Spending {
  /** The execution of a node that makes it. */
  key: string;
  model: string;
  params: { maxOutputTokens?: number | undefined };
  messages: readonly ChatMessage[];
}

interface Reserved {
  tokens: number;
  costUsd: number;
  /** Tokens that the answer may have. */
  output: number;
}

interface Price {
  input: number;
  output: number;
}

/** Tokens of messages before anybody has counted them. */
export const promptTokens = (messages: readonly ChatMessage[]): number =>
  messages.reduce((sum, { content }) => sum + estimateTokens(content ?? ''), 0);

/**
 * What a run has used of its budget, and what is reserved for the calls that are under way. It follows from the journal
 * alone: from the prices that stand in `run.started`, and from what was asked and answered.
 */
export class Ledger {
  readonly totals = { turns: 0, tokens: 0, costUsd: 0 };
  readonly #open = new Map<string, Reserved>();
  readonly #budget: Budget;
  #prices: Readonly<Record<string, Price>> = {};

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  open({ prices = {} }: EventData<'run.started'>): void {
    this.#prices = prices;
  }

  /** `messages` are all that the request holds. */
  request({ key, attempt, data }: JournalEvent<'model.requested'>, messages: readonly ChatMessage[]): void {
    if (attempt === 1) this.totals.turns += 1;
    const spending = { key: stepKeyOf(key), model: data.model, params: data.params, messages };
    if (this.isLimited(spending)) this.#open.set(spending.key, this.#reservation(spending));
  }

  respond({ data }: JournalEvent<'model.responded'>): void {
    this.totals.tokens += data.usage.inputTokens + data.usage.outputTokens;
    this.totals.costUsd += data.costUsd ?? 0;
  }

  /** Whether something was reserved for the execution of a node, and is free again. */
  release(key: string): boolean {
    return this.#open.delete(key);
  }

  /** What a prompt with an answer of one token would bring the costs to; null without a limit or a price. */
  leastCostUsd({ model, messages }: Spending): number | null {
    const price = this.#priceOf(model);
    return price && this.totals.costUsd + costOf(price, promptTokens(messages), 1);
  }

  /**
   * Whether a request can go out beside those that are under way. One that does not say how long its answer may be would
   * take all that is left, so it goes out alone.
   */
  hasRoom(spending: Spending): boolean {
    if (this.#open.size === 0 || !this.isLimited(spending)) return true;
    const wanted = spending.params.maxOutputTokens;
    return wanted !== undefined && wanted <= this.#left(spending);
  }

  /** Tokens that the answer may have; Infinity where nothing limits it. Of a request that is under way, as it went out. */
  most(spending: Spending): number {
    return this.#open.get(spending.key)?.output ?? this.#reservation(spending).output;
  }

  isLimited({ model }: Pick<Spending, 'model'>): boolean {
    return this.#budget.maxTokens !== undefined || this.#priceOf(model) !== null;
  }

  #priceOf(model: string): Price | null {
    if (this.#budget.maxCostUsd === undefined) return null;
    return Object.hasOwn(this.#prices, model) ? this.#prices[model]! : null;
  }

  #reservation(spending: Spending): Reserved {
    const { model, params, messages } = spending;
    const output = Math.max(1, Math.min(this.#left(spending), params.maxOutputTokens ?? Infinity));
    const prompt = promptTokens(messages);
    const price = this.#priceOf(model);
    return { tokens: prompt + output, costUsd: price ? costOf(price, prompt, output) : 0, output };
  }

  /** Tokens that are left for an answer. */
  #left({ model, messages }: Spending): number {
    const { maxTokens = Infinity, maxCostUsd = Infinity } = this.#budget;
    const open = [...this.#open.values()];
    const reserved = (what: 'tokens' | 'costUsd') => open.reduce((sum, one) => sum + one[what], 0);
    const prompt = promptTokens(messages);
    const byTokens = maxTokens - this.totals.tokens - reserved('tokens') - prompt;
    const price = this.#priceOf(model);
    if (!price || price.output === 0) return byTokens;
    const leftUsd = maxCostUsd - this.totals.costUsd - reserved('costUsd') - costOf(price, prompt, 0);
    return Math.min(byTokens, Math.floor((leftUsd * 1_000_000) / price.output));
  }
}

const costOf = ({ input, output }: Price, prompt: number, answer: number): number =>
  (prompt * input + answer * output) / 1_000_000;
