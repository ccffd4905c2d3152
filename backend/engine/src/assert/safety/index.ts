import type { CompileRule } from '../rule.js';
import { GUARDRAILS_ASSERTION } from './guardrails.js';
import { PII_ASSERTION } from './pii.js';
import { PROMPT_LEAK_ASSERTION } from './prompt-leak.js';
import { SCORE_ASSERTION } from './score.js';

/** The safety family. */
export const SAFETY_RULES: Readonly<Record<string, CompileRule>> = {
  ...PII_ASSERTION,
  ...SCORE_ASSERTION,
  ...PROMPT_LEAK_ASSERTION,
  ...GUARDRAILS_ASSERTION,
};
