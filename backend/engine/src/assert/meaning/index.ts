import type { CompileRule } from '../rule.js';
import { CONTEXT_RULES } from './context.js';
import { EMBEDDING_RULES } from './embedding.js';
import { G_EVAL_RULES } from './g-eval.js';
import { SELECT_BEST_RULES } from './select-best.js';
import { VERDICT_RULES } from './verdicts.js';

/** The meaning family: rules that ask a judge, or compare embeddings. */
export const MEANING_RULES: Readonly<Record<string, CompileRule>> = {
  ...VERDICT_RULES,
  ...G_EVAL_RULES,
  ...CONTEXT_RULES,
  ...EMBEDDING_RULES,
  ...SELECT_BEST_RULES,
};
