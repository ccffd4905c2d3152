import type { AssertionSpec, Json, JsonObject } from '@rehearse/contracts';
import type { CompileRule, Unknown } from '../rule.js';
import { badValue, isMap, onlyKeys, scoreThreshold } from '../rule.js';
import { outputText } from '../output-text.js';
import type { AssertionSubject } from '../subject.js';
import { isUnknown, valueTemplate } from '../value-template.js';
import {
  countVotes,
  judgeOutput,
  judgeRoute,
  modelAsk,
  readAnswer,
  type JudgeOutput,
  type Vote,
} from './judge.js';

/** What a rule about retrieved context may be told; what is left out is `vars.query` and `vars.context`, as in promptfoo. */
type Part = 'question' | 'context' | 'expected';
const VARIABLES: Readonly<Record<Part, readonly string[]>> = {
  question: ['query', 'question'],
  context: ['context'],
  expected: [],
};

/** A rule whose score is the share of statements of which the judge says yes. */
interface ShareRule {
  task: string;
  needs: readonly Part[];
  /** The part that a plain text as `value` is. */
  plain: Part;
  judgesOutput: boolean;
  claim: string;
  list: string;
  flag: string;
}

const shareRule = (rule: ShareRule): CompileRule => {
  const output = listOutput(rule);
  return (spec, context) => {
    const template = valueTemplate(context.scope, partsOf(spec, rule));
    const route = judgeRoute(spec, context);
    const least = scoreThreshold(spec, 0.7);
    return {
      ...template,
      mayAsk: true,
      evaluate: (subject, answers) => {
        const rendered = template.render(subject);
        if (isUnknown(rendered)) return rendered;
        const material = materialOf(rule, rendered.value as JsonObject, subject);
        if (isUnknown(material)) return material;
        const question = { task: rule.task, output, material: material.texts };
        const ask = modelAsk(route, question, subject);
        const read = (answer: Parameters<typeof readAnswer>[1]): Vote | Unknown => {
          const said = readAnswer(question, answer);
          return isUnknown(said) ? said : shareVote(said.value, { rule, least });
        };
        const asks = Array.from({ length: spec.votes ?? 1 }, () => ask);
        return countVotes({
          claim: [rule.claim, `be at least ${least}`],
          expected: least,
          asks,
          answers,
          read,
        });
      },
    };
  };
};

const listOutput = ({ list, flag }: ShareRule): JudgeOutput => {
  const item: Json = {
    ...{ type: 'object', additionalProperties: false, required: ['text', flag] },
    properties: { text: { type: 'string' }, [flag]: { type: 'boolean' } },
  };
  return judgeOutput({ [list]: { type: 'array', items: item } });
};

function shareVote(answer: JsonObject, { rule, least }: { rule: ShareRule; least: number }): Vote | Unknown {
  const items = answer[rule.list] as JsonObject[];
  if (items.length === 0) return { unknown: `the judge found no ${rule.list}: ${String(answer['reason'])}` };
  const score = items.filter((item) => item[rule.flag] === true).length / items.length;
  return { holds: score >= least, score, reason: String(answer['reason']) };
}

/** A text is the part that the rule is mostly told; else a mapping of parts. */
function partsOf({ value }: AssertionSpec, { needs, plain }: ShareRule): JsonObject {
  if (value === undefined || value === null) return {};
  const parts = typeof value === 'string' ? { [plain]: value } : value;
  if (!isMap(parts)) return badValue(`the value must be a text, or {${needs.join(', ')}}`);
  onlyKeys(parts, needs);
  return parts;
}

function materialOf(
  { needs, judgesOutput }: ShareRule,
  given: JsonObject,
  subject: AssertionSubject,
): { texts: Record<string, string> } | Unknown {
  const texts: Record<string, string> = {};
  const vars = isMap(subject.bindings['vars']) ? subject.bindings['vars'] : {};
  for (const part of needs) {
    const found =
      given[part] ?? VARIABLES[part].map((name) => vars[name]).find((value) => value !== undefined);
    if (found === undefined || found === null || found === '') {
      const names = VARIABLES[part].map((name) => `\`vars.${name}\``).join(' or ');
      return { unknown: `there is no ${part}: give \`value.${part}\`${names ? `, or ${names}` : ''}` };
    }
    texts[part] = typeof found === 'string' ? found : JSON.stringify(found);
  }
  if (!judgesOutput) return { texts };
  const output = outputText(subject);
  return output === undefined ? { unknown: 'the run has no output' } : { texts: { ...texts, output } };
}

/** After S. Es et al., "RAGAS: Automated Evaluation of Retrieval Augmented Generation", EACL 2024. */
export const CONTEXT_RULES: Readonly<Record<string, CompileRule>> = {
  'context-faithfulness': shareRule({
    task:
      'Take the block `output` apart into its claims of fact, each as a sentence of its own that can be understood alone, and list ' +
      'them as `claims`. `supported` is true when the block `context` says so or it follows from that, and false when one would ' +
      'have to know it from elsewhere.',
    ...{ needs: ['context'], plain: 'context', judgesOutput: true, list: 'claims', flag: 'supported' },
    claim: "the share of the output's claims that the context supports",
  }),
  'context-recall': shareRule({
    task:
      'Take the block `expected` apart into its sentences and list them as `sentences`. `found` is true when the block `context` ' +
      'holds what the sentence says.',
    ...{
      needs: ['expected', 'context'],
      plain: 'expected',
      judgesOutput: false,
      list: 'sentences',
      flag: 'found',
    },
    claim: 'the share of what is expected that the context holds',
  }),
  'context-relevance': shareRule({
    task:
      'Take the block `context` apart into its sentences and list them as `sentences`. `needed` is true when the sentence helps to ' +
      'answer the block `question`.',
    ...{
      needs: ['question', 'context'],
      plain: 'context',
      judgesOutput: false,
      list: 'sentences',
      flag: 'needed',
    },
    claim: 'the share of the context that the question needs',
  }),
};
