import type { AssertionSpec, Json } from '@rehearse/contracts';
import { onText } from '../output-text.js';
import type { CompileRule, Unknown } from '../rule.js';
import { badValue, isMap, onlyKeys, quote, scoreThreshold } from '../rule.js';
import { isUnknown, valueTemplate } from '../value-template.js';
import {
  countVotes,
  judgeOutput,
  judgeRoute,
  modelAsk,
  readAnswer,
  type Question,
  type Vote,
} from './judge.js';

const STEPS = judgeOutput({ steps: { type: 'array', minItems: 1, maxItems: 12, items: { type: 'string' } } });
const GRADE = judgeOutput({ grade: { type: 'integer', minimum: 0, maximum: 10 } });

const HIGHEST = 10;

const planOf = (criteria: string): Question => ({
  task:
    'Plan how to judge a text by what the block `criteria` asks for. `steps` is a list of three to six short instructions, each ' +
    'of which can be checked by reading the text.',
  output: STEPS,
  material: { criteria },
});

const gradeOf = (
  criteria: string,
  { steps, text }: { steps: readonly string[]; text: string },
): Question => ({
  task:
    'Go through the block `steps` one by one and judge the block `output` by the block `criteria`. `grade` is a whole number ' +
    `from 0 (it meets nothing) to ${HIGHEST} (it meets everything).`,
  output: GRADE,
  material: { criteria, steps: steps.map((step, index) => `${index + 1}. ${step}`).join('\n'), output: text },
});

/** A text, a list of them, or `{criteria, steps}`. */
function valueOf({ value }: AssertionSpec): { criteria: string; steps: string[] } {
  const long = isMap(value) ? value : { criteria: value ?? null };
  onlyKeys(long, ['criteria', 'steps']);
  const { criteria, steps = [] } = long as Record<string, Json>;
  const texts = Array.isArray(criteria) ? criteria : [criteria ?? null];
  const areTexts = (list: Json): list is string[] =>
    Array.isArray(list) && list.every((item) => typeof item === 'string' && item !== '');
  if (texts.length === 0 || !areTexts(texts)) return badValue('the value must say what is asked for');
  if (!areTexts(steps)) return badValue('must be a list of steps', ['value', 'steps']);
  return { criteria: texts.join('\n'), steps };
}

/**
 * First the judge plans how to judge, then it grades by that plan; with `steps` it is given the plan. A threshold of 0.7 unless
 * said otherwise. After Y. Liu et al., "G-Eval: NLG Evaluation using GPT-4 with Better Human Alignment", EMNLP 2023, without the
 * weighting by token probabilities, which few providers tell.
 */
const gEval: CompileRule = (spec, context) => {
  const { criteria, steps } = valueOf(spec);
  const template = valueTemplate(context.scope, { criteria, steps });
  const route = judgeRoute(spec, context);
  const least = scoreThreshold(spec, 0.7);
  return {
    ...template,
    mayAsk: true,
    evaluate: onText((text, subject, answers) => {
      const rendered = template.render(subject);
      if (isUnknown(rendered)) return rendered;
      const wanted = rendered.value as { criteria: string; steps: string[] };
      const plan = planOf(wanted.criteria);
      const planning = wanted.steps.length > 0 ? [] : [modelAsk(route, plan, subject)];
      const [first] = planning.length > 0 ? answers : [];
      if (planning.length > 0 && !first) return { asks: planning };
      const planned = first ? readAnswer(plan, first) : { value: { steps: wanted.steps } };
      if (isUnknown(planned)) return planned;
      const question = gradeOf(wanted.criteria, { steps: planned.value['steps'] as string[], text });
      const grading = Array.from({ length: spec.votes ?? 1 }, () => modelAsk(route, question, subject));
      const read = (answer: Parameters<typeof readAnswer>[1]): Vote | Unknown => {
        const said = readAnswer(question, answer);
        if (isUnknown(said)) return said;
        const score = (said.value['grade'] as number) / HIGHEST;
        return { holds: score >= least, score, reason: String(said.value['reason']) };
      };
      const found = countVotes({
        claim: ['the output', `score ${least} at least for ${quote(wanted.criteria)}`],
        expected: wanted.criteria,
        asks: grading,
        answers: answers.slice(planning.length),
        read,
      });
      return 'asks' in found ? { asks: [...planning, ...found.asks] } : found;
    }),
  };
};

export const G_EVAL_RULES: Readonly<Record<string, CompileRule>> = { 'g-eval': gEval };
