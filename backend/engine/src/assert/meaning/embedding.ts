import type { AssertionSpec, Json } from '@rehearse/contracts';
import type { Answer } from '../ask.js';
import { onText } from '../output-text.js';
import type { CompileRule, Unknown } from '../rule.js';
import { badValue, clip, excerpt, isMap, onlyKeys, quote, rounded, scoreThreshold } from '../rule.js';
import { isUnknown, valueTemplate } from '../value-template.js';
import { judgeOutput, judgeRoute, modelAsk, readAnswer } from './judge.js';

/** The cosine of the angle between two vectors; 0 when one of them is zero. */
export function cosine(left: readonly number[], right: readonly number[]): number {
  let [dot, one, other] = [0, 0, 0];
  for (let at = 0; at < left.length; at++) {
    dot += left[at]! * right[at]!;
    one += left[at]! ** 2;
    other += right[at]! ** 2;
  }
  return one === 0 || other === 0 ? 0 : dot / Math.sqrt(one * other);
}

/** As many vectors as were asked for, of one length, or why they are of no use. */
function vectorsOf(answer: Answer, count: number): { vectors: number[][] } | Unknown {
  if (!answer.ok) return { unknown: `there is no embedding: ${answer.error.message}` };
  const { value } = answer;
  const isVector = (item: Json): item is number[] =>
    Array.isArray(item) && item.length > 0 && item.every((part) => typeof part === 'number');
  const isFine =
    Array.isArray(value) &&
    value.length === count &&
    value.every(isVector) &&
    new Set(value.map(({ length }) => length)).size === 1;
  return isFine ? { vectors: value } : { unknown: 'the embedding is not a vector for each text' };
}

/** A text, or a list of which the nearest counts. A threshold of 0.75 unless said otherwise. */
const similar: CompileRule = (spec, context) => {
  noVotes(spec);
  const references = Array.isArray(spec.value) ? spec.value : [spec.value ?? null];
  const isFine = references.length > 0 && references.every((item) => typeof item === 'string' && item !== '');
  if (!isFine) return badValue('the value must be a text, or a list of texts');
  const template = valueTemplate(context.scope, references);
  const route = judgeRoute(spec, context, 'embedding');
  const least = scoreThreshold(spec, 0.75);
  return {
    ...template,
    mayAsk: true,
    evaluate: onText((text, subject, [answer]) => {
      const rendered = template.render(subject);
      if (isUnknown(rendered)) return rendered;
      const texts = [text, ...(rendered.value as string[])];
      if (!answer) return { asks: [{ kind: 'embed', route, texts }] };
      const embedded = vectorsOf(answer, texts.length);
      if (isUnknown(embedded)) return embedded;
      const [own, ...others] = embedded.vectors;
      const score = Math.max(0, ...others.map((other) => cosine(own!, other)));
      return {
        ...{ holds: score >= least, score: Math.min(1, score) },
        claim: ['the text', `be as near as ${least} to ${texts.slice(1).map(quote).join(' or ')}`],
        got: `${rounded(score)} for ${quote(text)}`,
        evidence: { expected: texts.slice(1), actual: excerpt(text) },
      };
    }),
  };
};

function noVotes({ votes }: AssertionSpec): void {
  if (votes !== undefined) badValue('an embedding is asked for once, so there are no votes', ['votes']);
}

const QUESTIONS = judgeOutput({
  questions: { type: 'array', minItems: 1, maxItems: 5, items: { type: 'string' } },
  evasive: { type: 'boolean' },
});

const TASK =
  'Read the block `output`, which answers a question that you do not know. Guess the question: `questions` lists three that it ' +
  'would be the full answer to. `evasive` is true when it answers nothing, as when it says that it does not know.';

/**
 * How near the question is to those that the output would answer: the mean of the cosines, 0 for an evasive answer. A threshold
 * of 0.7 unless said otherwise. After S. Es et al., "RAGAS", EACL 2024.
 */
const answerRelevance: CompileRule = (spec, context) => {
  noVotes(spec);
  const template = valueTemplate(context.scope, questionOf(spec));
  const judge = judgeRoute(spec, context);
  const embedding = context.routes.embedding === '' ? judge : context.routes.embedding;
  const least = scoreThreshold(spec, 0.7);
  return {
    ...template,
    mayAsk: true,
    evaluate: onText((text, subject, [guessed, embedded]) => {
      const rendered = template.render(subject);
      if (isUnknown(rendered)) return rendered;
      const vars = isMap(subject.bindings['vars']) ? subject.bindings['vars'] : {};
      const asked = rendered.value ?? vars['query'] ?? vars['question'];
      if (typeof asked !== 'string')
        return { unknown: 'there is no question: give it as `value`, or as `vars.query`' };
      const guess = modelAsk(judge, { task: TASK, output: QUESTIONS, material: { output: text } }, subject);
      if (!guessed) return { asks: [guess] };
      const said = readAnswer({ output: QUESTIONS }, guessed);
      if (isUnknown(said)) return said;
      const texts = [asked, ...(said.value['questions'] as string[])];
      if (!embedded) return { asks: [guess, { kind: 'embed', route: embedding, texts }] };
      const found = vectorsOf(embedded, texts.length);
      if (isUnknown(found)) return found;
      const [own, ...others] = found.vectors;
      const mean = others.reduce((sum, other) => sum + cosine(own!, other), 0) / others.length;
      const score = said.value['evasive'] === true ? 0 : Math.min(1, Math.max(0, mean));
      return {
        ...{ holds: score >= least, score },
        claim: ['the relevance of the output', `be at least ${least}`],
        got: `${rounded(score)}${said.value['evasive'] === true ? ' (evasive)' : ''}: it would answer ${texts.slice(1).map(clip).join(' / ')}`,
        evidence: { expected: asked, actual: texts.slice(1) },
      };
    }),
  };
};

/** The question as a text, or `{question}`. */
function questionOf({ value }: AssertionSpec): Json {
  if (value === undefined || value === null) return null;
  const question = isMap(value) ? (onlyKeys(value, ['question']), value['question']) : value;
  return typeof question === 'string' && question !== ''
    ? question
    : badValue('the value must be the question');
}

export const EMBEDDING_RULES: Readonly<Record<string, CompileRule>> = {
  similar,
  'answer-relevance': answerRelevance,
};
