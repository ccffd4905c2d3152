import type { AssertionSpec, Json } from '@rehearse/contracts';
import { codePoints, levenshtein } from './levenshtein.js';
import { bleu, gleu, rougeN } from './n-grams.js';
import { onText } from './output-text.js';
import type { CompileRule } from './rule.js';
import { badValue, excerpt, isMap, onlyKeys, quote, rounded, scoreThreshold, thresholdOf } from './rule.js';
import { isUnknown, valueTemplate } from './value-template.js';

const editDistance: CompileRule = (spec, { scope }) => {
  if (typeof spec.value !== 'string') badValue('the value must be a text');
  const most = thresholdOf(spec, 5);
  const template = valueTemplate(scope, spec.value);
  const evaluate = onText((text, subject) => {
    const rendered = template.render(subject);
    if (isUnknown(rendered)) return rendered;
    const expected = String(rendered.value);
    const distance = levenshtein(text, expected, { atLeast: most });
    if (distance === undefined) return { unknown: 'the texts are too long to compare letter by letter' };
    const longest = Math.max(codePoints(text).length, codePoints(expected).length);
    return {
      holds: distance <= most,
      score: longest === 0 ? 1 : Math.max(0, 1 - distance / longest),
      claim: ['the text', `be at most ${most} edits away from ${quote(expected)}`],
      got: `${Number.isFinite(distance) ? distance : 'many more'} edits: ${quote(text)}`,
      evidence: { expected, actual: excerpt(text) },
    };
  });
  return { ...template, evaluate };
};

interface Measure {
  name: string;
  threshold: number;
  score(text: string, references: readonly string[]): number;
}

/** A rule that scores the text against one reference or the best of several. */
const scored =
  (measureOf: (spec: AssertionSpec) => { measure: Measure; references: Json }): CompileRule =>
  (spec, { scope }) => {
    const { measure, references } = measureOf(spec);
    const least = scoreThreshold(spec, measure.threshold);
    const template = valueTemplate(scope, referencesOf(references));
    const evaluate = onText((text, subject) => {
      const rendered = template.render(subject);
      if (isUnknown(rendered)) return rendered;
      const texts = (rendered.value as Json[]).map(String);
      const score = measure.score(text, texts);
      return {
        holds: score >= least,
        score,
        claim: [`the ${measure.name} score`, `be at least ${least}`],
        got: `${rounded(score)} for ${quote(text)}`,
        evidence: { expected: texts.length === 1 ? texts[0]! : texts, actual: excerpt(text) },
      };
    });
    return { ...template, evaluate };
  };

function referencesOf(value: Json): string[] {
  const list = Array.isArray(value) ? value : [value];
  const isFine = list.length > 0 && list.every((item) => typeof item === 'string' && item.trim() !== '');
  return isFine ? (list as string[]) : badValue('the value must be a reference text, or a list of them');
}

/** `value` is the reference, or `{n: 2, reference: …}`; N is 1 unless said otherwise. */
function rouge({ value }: AssertionSpec): { measure: Measure; references: Json } {
  const isLong = isMap(value);
  if (isLong) onlyKeys(value, ['n', 'reference']);
  const n = isLong ? (value['n'] ?? 1) : 1;
  if (n !== 1 && n !== 2 && n !== 3 && n !== 4) return badValue('n must be 1, 2, 3 or 4', ['value', 'n']);
  const score: Measure['score'] = (text, references) => rougeN(text, references, n);
  return {
    measure: { name: `ROUGE-${n}`, threshold: 0.75, score },
    references: isLong ? (value['reference'] ?? null) : (value ?? null),
  };
}

const fixed = (measure: Measure) => (spec: AssertionSpec) => ({ measure, references: spec.value ?? null });

/** Likeness to a reference text. */
export const SIMILARITY_RULES: Readonly<Record<string, CompileRule>> = {
  levenshtein: editDistance,
  'rouge-n': scored(rouge),
  bleu: scored(fixed({ name: 'BLEU', threshold: 0.5, score: bleu })),
  gleu: scored(fixed({ name: 'GLEU', threshold: 0.5, score: gleu })),
};
