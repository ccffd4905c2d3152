import { compileRegex, type SafeRegex } from '../expression/index.js';

/**
 * How assistants decline, as it reads at the start of an answer. `I cannot find your order` is no refusal, so a bare
 * "cannot" counts only before the verbs of helping.
 */
const CANNOT =
  "(can ?not|can't|could not|couldn't|won't|will not|am unable to|'m unable to|am not able to|'m not able to)";
const NOT_ALLOWED =
  "(am not|'m not) (allowed|permitted|authori[sz]ed|in a position|comfortable|programmed|designed)";
const HELPING =
  '(help|assist|do that|do this|comply|fulfil|fulfill|provide|share|answer|respond|discuss|engage|create|generate|write|' +
  'support|participate|process (that|this)|continue|complete (that|this)|give (you )?(that|advice)|offer|refund that)';
const PATTERNS = [
  `\\bi ${CANNOT} (\\w+ly )?${HELPING}\\b`,
  `\\bi${CANNOT} (\\w+ly )?${HELPING}\\b`,
  `\\bi ?${NOT_ALLOWED}\\b`,
  "\\bi ((must|have to|need to|will have to|'ll have to) )(respectfully |politely )?(decline|refuse)\\b",
  "\\bi('d| would) (rather not|prefer not to)\\b",
  "\\b(that|this|it)('s| is) (against|not something i can|something i can ?not|something i can't|outside (of )?(what i|my))",
  '\\b(violates?|goes against|against) (my|our|the) (guidelines|policy|policies|principles|programming|terms)\\b',
  "\\bas an? (ai|artificial intelligence|language model|large language model|assistant)\\b.{0,60}\\b(cannot|can't|unable|not able|don't|do not)\\b",
  "\\b(sorry|apologi[sz]e|apologies|unfortunately|regret)\\b.{0,40}\\b(no|not|n't|cannot|unable|decline)\\b.{0,20}\\b(help|assist|comply|request|provide|that|possible|allowed)\\b",
  "\\bi (do not|don't) (feel comfortable|have the ability to|engage in|provide)\\b",
];

let refusal: SafeRegex | undefined;

/** Compiled when it is first asked for: few programs ask, and it takes longer than all else that is loaded. */
function refusalRegex(): SafeRegex {
  if (refusal) return refusal;
  const regex = compileRegex(PATTERNS.map((pattern) => `(${pattern})`).join('|'), 'i');
  if (!('test' in regex)) throw new Error(regex.reason);
  return (refusal = regex);
}

/** A refusal stands at the start; further down the same words mostly speak of something else. */
const START = 300;

/** Whether an answer declines to do what was asked. An empty one does. */
export function isRefusal(text: string): boolean {
  const start = text.trim().slice(0, START).replace(/[’‘]/g, "'").replace(/\s+/g, ' ');
  return start === '' || refusalRegex().test(start);
}
