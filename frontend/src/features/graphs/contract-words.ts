import type { ContractRule } from '@rehearse/contracts';
import { plural } from '../../ui/format.js';

/** Words, or a piece of the graph that is shown as code. */
export type Phrase = string | { code: string };

const code = (text: string): Phrase => ({ code: text });

/** What a contract demands, as a sentence; null of one that neither its rule nor its id tells. */
export function demandOf({ id, rule }: { id: string; rule?: ContractRule | undefined }): Phrase[] | null {
  const demand = rule ? patternWords(rule) : builtInWords(id);
  if (demand === null) return null;
  const stop = rule?.stopOnViolation ? ['. What breaks it ends the run.'] : ['.'];
  return capitalized([...scopeWords(rule), ...demand, ...stop]);
}

/** The key of its pattern, as it stands in the YAML. */
export const patternOf = (rule: ContractRule): string | undefined =>
  Object.keys(rule).find((key) => !['description', 'stopOnViolation', 'between'].includes(key));

function scopeWords(rule: ContractRule | undefined): Phrase[] {
  if (!rule?.between) return [];
  const { from, until } = rule.between;
  return ['from an event that fulfils ', code(from), ' up to the next that fulfils ', code(until), ': '];
}

function patternWords(rule: ContractRule): Phrase[] | null {
  const { never, always, eventually, atMost, atLeast, precedes, responds, invariant } = rule;
  if (never !== undefined) return ['no event fulfils ', code(never)];
  if (always !== undefined) return ['every event fulfils ', code(always)];
  if (eventually !== undefined) return ['at least one event fulfils ', code(eventually)];
  if (atMost) return bound('at most', atMost);
  if (atLeast) return bound('at least', atLeast);
  if (precedes)
    return [
      'before any event that fulfils ',
      code(precedes.then),
      ' comes one that fulfils ',
      code(precedes.first),
    ];
  if (responds) return answerWords(responds);
  if (invariant !== undefined) return ['after every event, what is known so far fulfils ', code(invariant)];
  if (rule.requires !== undefined) return ['before the node begins, ', code(rule.requires), ' is true'];
  if (rule.ensures !== undefined) return ['when the node has finished, ', code(rule.ensures), ' is true'];
  return null;
}

const bound = (words: string, { count, of }: { count: number; of: string }): Phrase[] => [
  `${words} ${plural(count, 'event fulfils', 'events fulfil')} `,
  code(of),
];

function answerWords({ to, with: answer, within }: NonNullable<ContractRule['responds']>): Phrase[] {
  const limit = typeof within === 'string' ? within : within && plural(within.turns, 'turn');
  return [
    ...['every event that fulfils ', code(to), ' is answered by one that fulfils ', code(answer)],
    ...(limit === undefined ? [] : [` within ${limit}`]),
  ];
}

/** The rules that nobody writes under `contracts`: of what nodes give back, of their limits, of tools, of chaos. */
function builtInWords(id: string): Phrase[] | null {
  const tool = /(?:^|\.|\/)tools\.([^./]+)\.returns$/.exec(id)?.[1];
  if (tool !== undefined) return ['what the tool ', code(tool), ' returns fits its ', code('returns')];
  const [name, ...place] = id.split('/');
  const node = code(place.join('/'));
  switch (name) {
    case 'output':
      return ['the answer of ', node, ' fits its ', code('output')];
    case 'max-turns':
      return ['', node, ' ends within its ', code('maxTurns')];
    case 'max-iterations':
      return ['', node, ' fulfils ', code('until'), ' within its ', code('maxIterations')];
    case 'chaos-recovers':
      return ['every step that a fault hits finishes all the same, where the rule of the fault expects it'];
    default:
      return null;
  }
}

function capitalized([first, ...rest]: Phrase[]): Phrase[] {
  return typeof first === 'string'
    ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
    : [first!, ...rest];
}
