import type { AssertionSpec, Json, JsonObject } from '@rehearse/contracts';
import type { CompiledRule, CompileRule, Finding } from './rule.js';
import { badValue, isMap, onlyKeys, rounded, scoreThreshold } from './rule.js';
import type { SubjectHandoff, SubjectToolCall } from './subject.js';
import { rangeOf, rangeWords, wholeNumber } from './text.js';
import type { ToolMatcher } from './tool-matcher.js';
import { callNames, toolMatcher } from './tool-matcher.js';
import { toolArgsMatch } from './tool-args.js';

const namesOf = (calls: readonly SubjectToolCall[]): Json => calls.map(({ name }) => name);
const labels = (matchers: readonly ToolMatcher[]): string => matchers.map(({ label }) => label).join(', ');

/** `lookup_order`, a list of which every one is used, or `{name or pattern, min, max}`. */
const toolUsed: CompileRule = (spec, { isNegated }) => {
  const { value } = spec;
  if (isMap(value)) return toolUsedTimes(value);
  const list = Array.isArray(value) ? value : [value ?? null];
  if (list.length === 0) badValue('the value must name at least one tool');
  const matchers = list.map((item, index) =>
    toolMatcher(item, Array.isArray(value) ? ['value', index] : ['value']),
  );
  return {
    evaluate: ({ toolCalls }) => {
      const used = matchers.filter(({ matches }) => toolCalls.some(matches));
      // `not-` forbids each of them, as in promptfoo; so what is turned round is "any of them".
      const holds = isNegated ? used.length > 0 : used.length === matchers.length;
      return {
        holds,
        claim: ['the run', `use ${isNegated && matchers.length > 1 ? 'any of ' : ''}${labels(matchers)}`],
        got: callNames(toolCalls),
        evidence: { expected: value ?? null, actual: namesOf(toolCalls) },
        isFinal: holds,
      };
    },
  };
};

function toolUsedTimes(value: JsonObject): CompiledRule {
  onlyKeys(value, ['name', 'pattern', 'min', 'max']);
  const matcher = toolMatcher(value, ['value']);
  const max = value['max'] === undefined ? Infinity : wholeNumber(value['max'], ['value', 'max']);
  const min = value['min'] === undefined ? Math.min(1, max) : wholeNumber(value['min'], ['value', 'min']);
  if (min > max) badValue('min must not be more than max');
  const times = rangeWords({ min, max }, 'times');
  return {
    evaluate: ({ toolCalls }) => {
      const count = toolCalls.filter(matcher.matches).length;
      return {
        holds: count >= min && count <= max,
        claim: ['the run', `use ${matcher.label} ${times}`],
        got: `${count} of ${callNames(toolCalls)}`,
        evidence: { expected: value, actual: namesOf(toolCalls) },
        isFinal: count > max || (count >= min && max === Infinity),
      };
    },
  };
}

type Mode = 'exact' | 'in_order' | 'unordered' | 'subset' | 'superset';

/** What was compared: whether it holds, and whether more calls could change that. */
type Comparison = Pick<Finding, 'holds'> & { isFinal: boolean };

interface Step<T> {
  label: string;
  matches(item: T): boolean;
}

type Compare = <T>(calls: readonly T[], steps: readonly Step<T>[]) => Comparison;

const MODES: Readonly<Record<Mode, Compare>> = {
  exact: (calls, steps) => {
    const isPrefix =
      calls.length <= steps.length && calls.every((call, index) => steps[index]!.matches(call));
    return { holds: isPrefix && calls.length === steps.length, isFinal: !isPrefix };
  },
  in_order: (calls, steps) => {
    let next = 0;
    for (const call of calls) if (next < steps.length && steps[next]!.matches(call)) next++;
    const holds = next === steps.length;
    return { holds, isFinal: holds };
  },
  unordered: (calls, steps) => {
    const paired = pair(calls, steps);
    const isTooMuch = paired < calls.length;
    return { holds: !isTooMuch && paired === steps.length, isFinal: isTooMuch };
  },
  // Every call is one of the steps; a step may be missing.
  subset: (calls, steps) => {
    const holds = pair(calls, steps) === calls.length;
    return { holds, isFinal: !holds };
  },
  // Every step was called; there may be more calls.
  superset: (calls, steps) => {
    const holds = pair(calls, steps) === steps.length;
    return { holds, isFinal: holds };
  },
};

/**
 * How many calls can be given a step of their own: the largest matching of a bipartite graph, by augmenting paths
 * (Kuhn, 1955). With patterns among the steps, taking the first that fits could be wrong.
 */
function pair<T>(calls: readonly T[], steps: readonly Step<T>[]): number {
  const callOfStep = steps.map(() => -1);
  const assign = (call: number, tried: Set<number>): boolean =>
    steps.some((step, index) => {
      if (tried.has(index) || !step.matches(calls[call]!)) return false;
      tried.add(index);
      if (callOfStep[index] !== -1 && !assign(callOfStep[index]!, tried)) return false;
      callOfStep[index] = call;
      return true;
    });
  return calls.filter((_, index) => assign(index, new Set())).length;
}

const IN_WORDS: Readonly<Record<Mode, string>> = {
  ...{ exact: 'call exactly', in_order: 'call, in this order,', unordered: 'call, in any order,' },
  ...{ subset: 'call no more than', superset: 'call at least' },
};

/** A list of tools in order, or `{mode, steps}`. */
const toolSequence: CompileRule = (spec) => {
  const { mode, steps } = sequenceOf(spec, { read: toolMatcher, what: 'tools' });
  return {
    evaluate: ({ toolCalls }) => ({
      ...MODES[mode](toolCalls, steps),
      claim: ['the run', `${IN_WORDS[mode]} ${labels(steps) || 'nothing'}`],
      got: callNames(toolCalls),
      evidence: { expected: steps.map(({ label }) => label), actual: namesOf(toolCalls) },
    }),
  };
};

const MOST_STEPS = 100;

interface Steps<T> {
  read(value: Json, path: (string | number)[]): Step<T>;
  /** What the steps are, in words. */
  what: string;
}

function sequenceOf<T>({ value }: AssertionSpec, { read, what }: Steps<T>): { mode: Mode; steps: Step<T>[] } {
  const long = Array.isArray(value) ? { steps: value } : value;
  if (!isMap(long)) return badValue(`the value must be a list of ${what}, or {mode, steps}`);
  onlyKeys(long, ['mode', 'steps']);
  const mode = long['mode'] ?? 'in_order';
  if (typeof mode !== 'string' || !Object.hasOwn(MODES, mode)) {
    return badValue(`the mode must be one of ${Object.keys(MODES).join(', ')}`, ['value', 'mode']);
  }
  const path = Array.isArray(value) ? ['value'] : ['value', 'steps'];
  const steps = long['steps'];
  const isFine = Array.isArray(steps) && steps.length <= MOST_STEPS && (steps.length > 0 || mode === 'exact');
  if (!isFine) return badValue(`must be a list of 1 to ${MOST_STEPS} ${what}`, path);
  return { mode: mode as Mode, steps: steps.map((step, index) => read(step, [...path, index])) };
}

/** The agents that work is handed to, in order; a step is a name, or `{from, to}`. */
const handoffSequence: CompileRule = (spec) => {
  const { mode, steps } = sequenceOf(spec, { read: handoffStep, what: 'agents' });
  return {
    evaluate: ({ handoffs = [] }) => ({
      ...MODES[mode](handoffs, steps),
      claim: [
        'the run',
        `${IN_WORDS[mode].replace('call', 'hand over to')} ${steps.map(({ label }) => label).join(', ') || 'nobody'}`,
      ],
      got: handoffs.map(({ from, to }) => `${from} → ${to}`).join(', ') || 'no hand-over',
      evidence: {
        expected: steps.map(({ label }) => label),
        actual: handoffs.map(({ from, to }) => ({ from, to })),
      },
    }),
  };
};

function handoffStep(value: Json, path: (string | number)[]): Step<SubjectHandoff> {
  const long = typeof value === 'string' ? { to: value } : value;
  if (!isMap(long) || typeof long['to'] !== 'string' || long['to'] === '')
    return badValue('must be an agent, or {from, to}', path);
  onlyKeys(long, ['from', 'to']);
  const { from, to } = long;
  const label = from === undefined ? to : `${String(from)} → ${to}`;
  return { label, matches: (handoff) => handoff.to === to && (from === undefined || handoff.from === from) };
}

/** `5`, or `{min, max, exact}`: how many nodes were executed. */
const stepCount: CompileRule = (spec) => {
  const range = rangeOf(spec.value ?? null, 'steps');
  return {
    evaluate: ({ steps }) => ({
      holds: steps >= range.min && steps <= range.max,
      claim: ['the run', `take ${range.words}`],
      got: String(steps),
      evidence: { expected: range.expected, actual: steps },
      isFinal: steps > range.max || (steps >= range.min && range.max === Infinity),
    }),
  };
};

/**
 * The harmonic mean of precision and recall over the sets of tools that were called and that should have been (van
 * Rijsbergen's F1), with a threshold of 1 unless said otherwise.
 */
const toolCallF1: CompileRule = (spec) => {
  const expected = new Set(toolNames(spec.value ?? null));
  const least = scoreThreshold(spec, 1);
  return {
    evaluate: ({ toolCalls }) => {
      const actual = new Set(toolCalls.map(({ name }) => name));
      const shared = [...expected].filter((name) => actual.has(name)).length;
      const score = (2 * shared) / (expected.size + actual.size);
      return {
        holds: score >= least,
        score,
        claim: [`the F1 score of the tools against ${[...expected].join(', ')}`, `be at least ${least}`],
        got: `${rounded(score)} for ${[...actual].join(', ') || 'no tool call'}`,
        evidence: { expected: [...expected], actual: [...actual] },
      };
    },
  };
};

function toolNames(value: Json): string[] {
  const list = typeof value === 'string' ? value.split(',') : value;
  const isFine = Array.isArray(list) && list.every((item) => typeof item === 'string');
  const names = isFine ? list.map((item) => item.trim()).filter(Boolean) : [];
  return names.length > 0 ? names : badValue('the value must be a list of tools');
}

/** Without a reason nothing can be said: not every provider tells one. */
const finishReason: CompileRule = (spec) => {
  const { value } = spec;
  if (typeof value !== 'string' || value === '')
    return badValue('the value must be a finish reason, as in stop');
  return {
    evaluate: ({ finishReason: actual }) => {
      if (actual === undefined) return { unknown: 'no model told why it finished' };
      return {
        holds: actual.toLowerCase() === value.toLowerCase(),
        claim: ['the finish reason', `be ${JSON.stringify(value)}`],
        got: JSON.stringify(actual),
        evidence: { expected: value, actual },
      };
    },
  };
};

/** The trajectory family, as far as it runs. */
export const TRAJECTORY_RULES: Readonly<Record<string, CompileRule>> = {
  'trajectory:tool-used': toolUsed,
  'trajectory:tool-args-match': toolArgsMatch,
  'trajectory:tool-sequence': toolSequence,
  'trajectory:handoff-sequence': handoffSequence,
  'trajectory:step-count': stepCount,
  'tool-call-f1': toolCallF1,
  'finish-reason': finishReason,
};
