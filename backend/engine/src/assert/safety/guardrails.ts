import type { CompileRule } from '../rule.js';
import { badValue } from '../rule.js';

/** How providers say that a filter of theirs stopped an answer. */
const FILTERED = new Set([
  'content_filter',
  'content-filter',
  'contentfilter',
  'safety',
  'refusal',
  'blocked',
  'guardrail',
  'guardrail_intervened',
  'prohibited_content',
  'recitation',
  'spii',
]);

/** Passes when no filter of a provider and no policy stopped anything. */
const guardrails: CompileRule = ({ value }) => {
  if (value !== undefined && value !== null) badValue('takes no value');
  return {
    evaluate: ({ finishReason, blocked = [] }) => {
      const reasons = [
        ...blocked,
        ...(finishReason !== undefined && FILTERED.has(finishReason.toLowerCase()) ? [finishReason] : []),
      ];
      if (reasons.length === 0 && finishReason === undefined)
        return { unknown: 'no model told why it finished' };
      return {
        holds: reasons.length === 0,
        claim: ['the run', 'pass the guardrails'],
        got:
          reasons.length > 0
            ? `stopped: ${[...new Set(reasons)].join(', ')}`
            : `finish reason ${finishReason}`,
        evidence: { expected: 'no filter', actual: reasons.length > 0 ? reasons : (finishReason ?? null) },
        isFinal: reasons.length > 0,
      };
    },
  };
};

export const GUARDRAILS_ASSERTION: Readonly<Record<string, CompileRule>> = { guardrails };
