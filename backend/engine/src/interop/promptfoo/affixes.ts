import { isMapping, type Sources } from '../sources.js';
import type { Prompt } from './prompts.js';
import type { Test } from './tests.js';

const AFFIXES = ['prefix', 'suffix'] as const;

/** What stands before and behind each prompt: `prefix` and `suffix` of the tests, where all of them say the same. */
export type Affixes = Readonly<Record<(typeof AFFIXES)[number], string>>;

export function affixesOf(tests: readonly Test[], sources: Sources): Affixes {
  const [prefix, suffix] = AFFIXES.map((key) => {
    const written = tests.map(({ layers }) =>
      layers.map(({ options }) => (isMapping(options) ? options : {})),
    );
    const texts = written.map((options) => options.findLast((one) => one[key] !== undefined)?.[key] ?? '');
    const [first = ''] = texts;
    if (typeof first === 'string' && texts.every((text) => text === first)) return first;
    const places = new Set(written.flat().filter((one) => one[key] !== undefined));
    for (const options of places)
      sources.lost([options, key], `a \`${key}\` that not all tests have alike has no counterpart`);
    return '';
  });
  return { prefix: prefix!, suffix: suffix! };
}

/** promptfoo joins them before it fills in variables. */
export function withAffixes(prompt: Prompt, { prefix, suffix }: Affixes, sources: Sources): Prompt {
  if (prefix === '' && suffix === '') return prompt;
  if (prompt.text !== undefined) return { ...prompt, text: prefix + prompt.text + suffix };
  sources.lost(prompt.at, '`prefix` and `suffix` around a chat have no counterpart');
  return prompt;
}
