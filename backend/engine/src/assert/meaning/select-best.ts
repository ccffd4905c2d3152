import type { AssertionSpec, Json } from '@rehearse/contracts';
import { canonicalJson } from '../../journal/canonical.js';
import type { CompileRule, Unknown } from '../rule.js';
import { badValue, isMap, onlyKeys, quote } from '../rule.js';
import type { AssertionSubject } from '../subject.js';
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

interface Contest {
  criteria: string;
  of: string[] | null;
  expected: string | null;
}

/** The criteria alone, or `{criteria, of: [nodes], expected: node}`. */
function contestOf({ value }: AssertionSpec): Contest {
  const long = typeof value === 'string' ? { criteria: value } : value;
  if (!isMap(long))
    return badValue('the value must say what makes an output the best, or be {criteria, of, expected}');
  onlyKeys(long, ['criteria', 'of', 'expected']);
  const { criteria, of = null, expected = null } = long;
  if (typeof criteria !== 'string' || criteria === '')
    return badValue('must say what makes an output the best', ['value', 'criteria']);
  const isList =
    of === null ||
    (Array.isArray(of) && of.length >= 2 && of.length <= 10 && of.every((id) => typeof id === 'string'));
  if (!isList) return badValue('must be a list of two to ten nodes', ['value', 'of']);
  if (expected !== null && (typeof expected !== 'string' || (of !== null && !of.includes(expected))))
    return badValue('must be one of the nodes', ['value', 'expected']);
  return { criteria, of, expected };
}

interface Entrant {
  node: string;
  output: Json;
}

function entrantsOf({ of }: Contest, { bindings, leaves }: AssertionSubject): Entrant[] | Unknown {
  const nodes = isMap(bindings['nodes']) ? bindings['nodes'] : {};
  const entrants = (of ?? leaves ?? []).flatMap((node) => {
    const view = nodes[node];
    return isMap(view) && view['status'] === 'finished' ? [{ node, output: view['output'] ?? null }] : [];
  });
  return entrants.length >= 2
    ? entrants
    : { unknown: 'there are no two outputs to choose from; `of` names the nodes' };
}

const textOf = (output: Json): string => (typeof output === 'string' ? output : canonicalJson(output));
const letterOf = (index: number): string => String.fromCharCode(65 + index);

/** Each vote sees them in another order, as judges prefer what comes first. */
function ballotOf(criteria: string, entrants: readonly Entrant[]): Question {
  const letters = entrants.map((_, index) => letterOf(index));
  return {
    task:
      `Choose the best of the blocks ${letters.map((letter) => `\`${letter}\``).join(', ')} by the block \`criteria\` alone. Their order and ` +
      'their length do not matter. `best` is the name of the block.',
    output: judgeOutput({ best: { enum: letters } }),
    material: {
      criteria,
      ...Object.fromEntries(entrants.map(({ output }, index) => [letterOf(index), textOf(output)])),
    },
  };
}

/**
 * Passes when the best of several outputs is the run's own, or that of the node which is `expected`. The outputs are those of the
 * nodes in `of`, else of the leaves that finished.
 */
const selectBest: CompileRule = (spec, context) => {
  const contest = contestOf(spec);
  const template = valueTemplate(
    context.scope,
    contest.criteria,
    typeof spec.value === 'string' ? ['value'] : ['value', 'criteria'],
  );
  const route = judgeRoute(spec, context);
  return {
    ...template,
    mayAsk: true,
    evaluate: (subject, answers) => {
      const rendered = template.render(subject);
      if (isUnknown(rendered)) return rendered;
      const criteria = String(rendered.value);
      const entrants = entrantsOf(contest, subject);
      if (isUnknown(entrants)) return entrants;
      const orders = Array.from({ length: spec.votes ?? 1 }, (_, vote) => rotated(entrants, vote));
      const questions = orders.map((order) => ballotOf(criteria, order));
      const isWanted = ({ node, output }: Entrant): boolean =>
        contest.expected === null
          ? canonicalJson(output) === canonicalJson(subject.output)
          : node === contest.expected;
      return countVotes({
        claim: [
          'the best output',
          contest.expected === null
            ? `be the run's, by ${quote(criteria)}`
            : `be that of ${contest.expected}, by ${quote(criteria)}`,
        ],
        expected: contest.expected ?? criteria,
        asks: questions.map((question) => modelAsk(route, question, subject)),
        answers,
        read: (answer, vote): Vote | Unknown => {
          const said = readAnswer(questions[vote]!, answer);
          if (isUnknown(said)) return said;
          const best = orders[vote]![String(said.value['best']).charCodeAt(0) - 65]!;
          const holds = isWanted(best);
          return { holds, score: holds ? 1 : 0, reason: `${best.node}: ${String(said.value['reason'])}` };
        },
      });
    },
  };
};

const rotated = <T>(list: readonly T[], by: number): T[] =>
  list.map((_, index) => list[(index + by) % list.length]!);

export const SELECT_BEST_RULES: Readonly<Record<string, CompileRule>> = { 'select-best': selectBest };
