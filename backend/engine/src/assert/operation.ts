import type { AssertionSpec } from '@rehearse/contracts';
import { durationMs } from '@rehearse/contracts';
import type { CompileRule } from './rule.js';
import { badValue, thresholdOf } from './rule.js';
import type { AssertionSubject } from './subject.js';
import { rangeOf } from './text.js';

interface Quantity {
  name: string;
  most: number;
  of: (subject: AssertionSubject) => number | null;
  /** Why there is no number. */
  unknown?: string;
  show: (amount: number) => string;
}

/** A quantity that only grows: once it is too much, it stays so. */
const atMost =
  (quantityOf: (spec: AssertionSpec) => Quantity): CompileRule =>
  (spec) => {
    const { name, most, of, show, unknown = '' } = quantityOf(spec);
    return {
      evaluate: (subject) => {
        const amount = of(subject);
        if (amount === null) return { unknown };
        return {
          holds: amount <= most,
          claim: [`the ${name}`, `be at most ${show(most)}`],
          got: show(amount),
          evidence: { expected: most, actual: amount },
          isFinal: amount > most,
        };
      },
    };
  };

function required(spec: AssertionSpec, example: string): void {
  if (spec.threshold === undefined) badValue(`a threshold is needed, as in ${example}`, ['threshold']);
}

const latency = atMost((spec) => {
  required(spec, 'threshold: 20s');
  return {
    name: 'latency',
    most: typeof spec.threshold === 'string' ? milliseconds(spec.threshold) : thresholdOf(spec, 0),
    of: ({ latencyMs }) => latencyMs,
    show: (ms) => `${Math.round(ms)} ms`,
  };
});

function milliseconds(text: string): number {
  try {
    return durationMs(text);
  } catch {
    return badValue('the threshold must be milliseconds, or a duration such as 20s', ['threshold']);
  }
}

const cost = atMost((spec) => {
  required(spec, 'threshold: 0.02');
  return {
    name: 'cost',
    most: thresholdOf(spec, 0),
    of: ({ costUsd }) => costUsd,
    unknown: 'the price of a model is not known: PRICES_FILE may give it',
    show: (usd) => `$${Number(usd.toPrecision(6))}`,
  };
});

const totalTokens = atMost((spec) => ({
  name: 'token count',
  most: thresholdOf(spec, 0),
  of: ({ usage }) => usage.totalTokens,
  show: String,
}));

/** A threshold, the most that is allowed; or a `value` as of word-count: a number, or `{min, max}`. */
const tokens: CompileRule = (spec, context) => {
  if (spec.threshold !== undefined) return totalTokens(spec, context);
  if (spec.value === undefined) badValue('a threshold is needed, as in threshold: 2000', ['threshold']);
  const range = rangeOf(spec.value ?? null, 'tokens');
  return {
    evaluate: ({ usage: { totalTokens: count } }) => ({
      holds: count >= range.min && count <= range.max,
      claim: ['the run', `take ${range.words}`],
      got: String(count),
      evidence: { expected: range.expected, actual: count },
      isFinal: count > range.max || (count >= range.min && range.max === Infinity),
    }),
  };
};

/** The operation family. */
export const OPERATION_RULES: Readonly<Record<string, CompileRule>> = { latency, cost, tokens };
