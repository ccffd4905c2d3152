/** Tokens of a call; `cached` of the input ones cost less. */
export interface TokenCounts {
  input: number;
  cached: number;
  output: number;
}

/** US dollars for a million tokens. */
export interface Price {
  input: number;
  cached: number;
  output: number;
  /** From this many tokens of input on, the whole call costs so many times more. */
  long?: { from: number; input: number; output: number };
}

export type Prices = Readonly<Record<string, Price>>;

const price = (input: number, cached: number, output: number, long?: Price['long']): Price => ({
  input,
  cached,
  output,
  ...(long && { long }),
});
const LONG = { from: 272_000, input: 2, output: 1.5 };

/**
 * List prices of the standard tier, as of 2026-11-05, from https://developers.openai.com/api/docs/pricing and
 * https://platform.claude.com/docs/en/about-claude/pricing. A model that is not here has no cost rather than a wrong
 * one.
 */
const LIST: Prices = {
  'gpt-6-astra': price(10, 1, 50, LONG),
  'gpt-6.1-sol': price(2, 0.1, 10, LONG),
  'gpt-6.1-terra': price(1, 0.05, 5, LONG),
  'gpt-6-sol': price(2, 0.2, 10, LONG),
  'gpt-6-luna': price(0.1, 0.01, 0.5, LONG),
  'gpt-5.5': price(5, 0.5, 30, LONG),
  'gpt-5.4': price(2.5, 0.25, 15, LONG),
  'gpt-5.4-mini': price(0.75, 0.075, 4.5),
  'gpt-5.4-nano': price(0.2, 0.02, 1.25),
  'gpt-5.2': price(1.75, 0.175, 14),
  'gpt-5.1': price(1.25, 0.125, 10),
  'gpt-5': price(1.25, 0.125, 10),
  'gpt-5-mini': price(0.25, 0.025, 2),
  'gpt-5-nano': price(0.05, 0.005, 0.4),
  'gpt-4.1': price(2, 0.5, 8),
  'gpt-4.1-mini': price(0.4, 0.1, 1.6),
  'gpt-4.1-nano': price(0.1, 0.025, 0.4),
  'gpt-4o': price(2.5, 1.25, 10),
  'gpt-4o-mini': price(0.15, 0.075, 0.6),
  'text-embedding-3-small': price(0.02, 0.02, 0),
  'text-embedding-3-large': price(0.13, 0.13, 0),
  'claude-fable-5-1': price(10, 0.25, 50),
  'claude-opus-5-5': price(4, 0.2, 20),
  'claude-opus-5': price(5, 0.5, 25),
  'claude-opus-4-8': price(5, 0.5, 25),
  'claude-opus-4-7': price(5, 0.5, 25),
  'claude-opus-4-6': price(5, 0.5, 25),
  'claude-opus-4-5': price(5, 0.5, 25),
  'claude-sonnet-5-5': price(2, 0.1, 10),
  'claude-sonnet-5': price(2, 0.2, 10),
  'claude-sonnet-4-6': price(3, 0.3, 15),
  'claude-sonnet-4-5': price(3, 0.3, 15),
  'claude-haiku-5-5': price(0.1, 0.01, 0.5, { from: 100_000, input: 5, output: 5 }),
  'claude-haiku-4-5': price(1, 0.1, 5),
};

/** `gpt-5-mini-2025-08-07` and `claude-haiku-4-5-20251001` cost what their family costs. */
function priceOf(model: string, own: Prices): Price | undefined {
  const family = model.replace(/-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '');
  return within(own, model) ?? within(own, family) ?? within(LIST, family);
}

const within = (prices: Prices, model: string): Price | undefined =>
  Object.hasOwn(prices, model) ? prices[model] : undefined;

/** What a call cost, in US dollars, at the operator’s own prices or else the list’s; undefined when nobody says what the model costs. */
export function costUsd(
  model: string,
  { input, cached, output }: TokenCounts,
  own: Prices,
): number | undefined {
  const known = priceOf(model, own);
  if (!known) return undefined;
  const times = known.long && input > known.long.from ? known.long : { input: 1, output: 1 };
  const fresh = (input - cached) * known.input + cached * known.cached;
  return (fresh * times.input + output * known.output * times.output) / 1_000_000;
}

/** What a typical call costs, to put targets in an order: three tokens of input for one of output. */
export function typicalPrice(model: string, own: Prices): number | undefined {
  const known = priceOf(model, own);
  return known && known.input * 3 + known.output;
}

/** The price of a model for a million tokens; null when nobody says it. */
export function priceFor(model: string, own: Prices): { input: number; output: number } | null {
  const known = priceOf(model, own);
  return known ? { input: known.input, output: known.output } : null;
}
