import { z } from 'zod';
import { Expression, Name, Severity } from './scalars.js';

/** Every assertion type of the format. Names and meaning follow promptfoo's where it has them. */
export const ASSERTION_TYPES = [
  ...['equals', 'contains', 'icontains', 'contains-all', 'contains-any', 'icontains-all', 'icontains-any'],
  ...[
    'starts-with',
    'ends-with',
    'regex',
    'word-count',
    'levenshtein',
    'rouge-n',
    'bleu',
    'gleu',
    'is-refusal',
  ],
  ...[
    'is-json',
    'contains-json',
    'is-xml',
    'contains-xml',
    'is-html',
    'contains-html',
    'is-sql',
    'json-path',
  ],
  'is-valid-openai-tools-call',
  ...['cel', 'javascript'],
  ...['similar', 'llm-rubric', 'g-eval', 'factuality', 'model-graded-closedqa', 'answer-relevance'],
  ...[
    'context-faithfulness',
    'context-recall',
    'context-relevance',
    'select-best',
    'classifier',
    'moderation',
  ],
  ...['trajectory:tool-used', 'trajectory:tool-args-match', 'trajectory:tool-sequence'],
  ...['trajectory:step-count', 'trajectory:handoff-sequence', 'trajectory:goal-success'],
  ...['tool-call-f1', 'finish-reason'],
  ...['latency', 'cost', 'tokens'],
  ...['pii', 'safety-score', 'prompt-leak', 'guardrails'],
  ...['contract', 'replay:identical', 'chaos:recovered', 'metamorphic'],
] as const;

const KNOWN = new Set<string>(ASSERTION_TYPES);
const plainType = (type: string) => (type.startsWith('not-') ? type.slice('not-'.length) : type);

export const AssertionType = z
  .string()
  .refine((type) => KNOWN.has(plainType(type)), { error: 'is not an assertion type' })
  .meta({
    id: 'AssertionType',
    description: 'An assertion type; the prefix `not-` inverts it.',
    examples: [...ASSERTION_TYPES, 'not-contains'],
  });

const common = {
  threshold: z.union([z.number(), z.string()]).optional().describe('A number, or a duration for `latency`.'),
  weight: z.number().min(0).optional().describe('0 means: report, do not count. Default 1.'),
  metric: z.string().min(1).optional(),
  severity: Severity.optional().describe('Default major.'),
};

/** Makes of the output what an assertion looks at: in CEL, or a program in the sandbox. */
export const OutputTransform = z
  .union([Expression, z.strictObject({ javascript: z.string().min(1) })])
  .meta({ id: 'OutputTransform' });
export type OutputTransform = z.infer<typeof OutputTransform>;

const own = {
  value: z.json().optional(),
  transform: OutputTransform.optional().describe(
    'Makes what is looked at: a CEL expression, or `{javascript: …}`.',
  ),
  provider: Name.optional().describe('The judge: a route. Without it the route `judge`, else the only one.'),
  votes: z.int().min(1).max(15).optional().describe('How often a judge is asked; the majority decides.'),
  ...common,
};

/** One check of an output, of the tool calls or of what the run took. */
export const AssertionSpec = z.strictObject({ type: AssertionType, ...own }).meta({ id: 'Assertion' });
export type AssertionSpec = z.infer<typeof AssertionSpec>;

/** An assertion of `assertTemplates`; what stands beside `$ref` is taken instead of the template's. */
export const AssertionRef = z
  .strictObject({
    $ref: z.string().min(1).describe('`#/assertTemplates/<name>`, or the name alone.'),
    ...own,
  })
  .meta({ id: 'AssertionRef' });
export type AssertionRef = z.infer<typeof AssertionRef>;

/** Several checks that count as one: all of them, or as much of their weight as `threshold` asks for. */
export const AssertionSet = z
  .strictObject({
    type: z.literal('assert-set'),
    assert: z
      .array(z.union([AssertionSpec, AssertionRef]))
      .min(1)
      .max(100),
    ...common,
  })
  .meta({ id: 'AssertionSet' });
export type AssertionSet = z.infer<typeof AssertionSet>;

export const AssertionEntry = z.union([AssertionSpec, AssertionSet, AssertionRef]);
export type AssertionEntry = z.infer<typeof AssertionEntry>;
export const Assertions = z.array(AssertionEntry).max(1_000);
