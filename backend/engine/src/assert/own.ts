import type { AssertionSpec } from '@rehearse/contracts';
import type { CompileRule } from './rule.js';
import { badValue, rounded, scoreThreshold } from './rule.js';

/** The named contract holds. */
const contract: CompileRule = ({ value }) => {
  if (typeof value !== 'string' || value === '') return badValue('the value must be the id of a contract');
  return {
    evaluate: ({ contracts }) => {
      if (!contracts)
        return { unknown: 'contracts are told of when the run has ended: assert this of the run' };
      const broken = contracts.get(value);
      if (broken?.verdict === 'errored') return { unknown: broken.message };
      return {
        holds: broken === undefined,
        claim: [`the contract ${value}`, 'hold'],
        got: broken ? broken.message : 'no violation',
        evidence: { expected: value, actual: broken?.message ?? null },
        // Contracts are told of when they have ended: one that still waited for something is errored.
        isFinal: true,
      };
    },
  };
};

/** The journal of the run so far, executed again with its own answers, comes out the same. */
const replayIdentical: CompileRule = ({ value }) => {
  if (value !== undefined && value !== null) return badValue('takes no value');
  return {
    mayAsk: true,
    evaluate: (_, [answer]) => {
      if (!answer) return { asks: [{ kind: 'replay' }] };
      if (!answer.ok) return { unknown: answer.error.message };
      const difference = answer.value;
      return {
        holds: difference === null,
        claim: ['a replay of the run', 'be identical'],
        got: difference === null ? 'the same events' : String(difference),
        evidence: { expected: 'identical', actual: difference },
      };
    },
  };
};

/** Of the faults that changed something, the share that the run came through: all of them, unless the threshold asks for less. */
const chaosRecovered: CompileRule = (spec: AssertionSpec) => {
  if (spec.value !== undefined && spec.value !== null) return badValue('takes no value');
  const least = scoreThreshold(spec, 1);
  return {
    evaluate: ({ faults: all = [] }) => {
      if (all.length === 0) return { unknown: 'no fault was injected' };
      const faults = all.filter(({ isUnharmed }) => !isUnharmed);
      if (faults.length === 0) return { unknown: 'no fault that was injected changed anything' };
      const lost = faults.filter(({ recovered }) => !recovered);
      const score = (faults.length - lost.length) / faults.length;
      const shown = lost.slice(0, 5).map(({ fault, key }) => `${fault} at ${key}`);
      return {
        ...{ holds: score >= least, score },
        claim: [
          'the run',
          least === 1 ? 'recover from every fault' : `recover from ${rounded(least * 100)} % of the faults`,
        ],
        got: `${faults.length - lost.length} of ${faults.length}${shown.length > 0 ? `; not from ${shown.join(', ')}` : ''}`,
        evidence: { expected: least, actual: faults.map((fault) => ({ ...fault })) },
      };
    },
  };
};

/** How a metamorphic relation counts; the follow-up run says whether it holds. */
const metamorphic: CompileRule = ({ value }, { isNegated }) => {
  if (isNegated) return badValue('a relation is not negated: say in it what has to hold', ['type']);
  if (typeof value !== 'string' || value === '') return badValue('the value must be the id of a relation');
  return {
    evaluate: () => ({
      unknown: 'a relation is judged in its follow-up runs: assert it of the graph or of a case',
    }),
  };
};

/** What no other tool asserts. */
export const OWN_RULES: Readonly<Record<string, CompileRule>> = {
  contract,
  'replay:identical': replayIdentical,
  'chaos:recovered': chaosRecovered,
  metamorphic,
};
