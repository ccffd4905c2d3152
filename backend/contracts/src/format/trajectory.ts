import { z } from 'zod';
import { Duration, Expression, Name, Severity } from './scalars.js';

const bound = z.strictObject({ count: z.int().min(0), of: Expression });
const PATTERNS = {
  never: Expression,
  always: Expression,
  eventually: Expression,
  atMost: bound,
  atLeast: bound,
  precedes: z.strictObject({ first: Expression, then: Expression }),
  responds: z.strictObject({
    to: Expression,
    with: Expression,
    within: z.union([Duration, z.strictObject({ turns: z.int().min(1) })]).optional(),
  }),
  invariant: Expression,
} as const;

export const CONTRACT_PATTERNS = Object.keys(PATTERNS) as (keyof typeof PATTERNS)[];
export type ContractPattern = keyof typeof PATTERNS;

const demand = {
  description: z.string().optional(),
  stopOnViolation: z.boolean().optional().describe('What breaks it ends the run.'),
  between: z
    .strictObject({ from: Expression, until: Expression })
    .optional()
    .describe('From an event that fulfils `from` up to the next that fulfils `until`.'),
  never: PATTERNS.never.optional().describe('No event fulfils it.'),
  always: PATTERNS.always.optional().describe('Every event fulfils it.'),
  eventually: PATTERNS.eventually.optional().describe('At least one event fulfils it.'),
  atMost: PATTERNS.atMost.optional().describe('So many events fulfil `of`, and no more.'),
  atLeast: PATTERNS.atLeast.optional().describe('So many events fulfil `of`, or more.'),
  precedes: PATTERNS.precedes
    .optional()
    .describe('Before any event that fulfils `then` comes one that fulfils `first`.'),
  responds: PATTERNS.responds
    .optional()
    .describe('Every event that fulfils `to` is answered by one that fulfils `with`.'),
  invariant: PATTERNS.invariant.optional().describe('What is known after every event fulfils it.'),
};

/** A rule over the whole trajectory, after the patterns of Dwyer, Avrunin and Corbett (ICSE 1999). */
export const ContractSpec = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, 'must be letters, digits, _ and -, at most 63'),
    severity: Severity.optional().describe('Default major.'),
    ...demand,
  })
  .refine((spec) => CONTRACT_PATTERNS.filter((pattern) => spec[pattern] !== undefined).length === 1, {
    error: `a contract has exactly one pattern: ${CONTRACT_PATTERNS.join(', ')}`,
  })
  .meta({ id: 'Contract' });
export type ContractSpec = z.infer<typeof ContractSpec>;

/** What a contract demands, beside its name: its pattern, or what a node requires or ensures. */
export const ContractRule = z
  .object({ ...demand, requires: Expression.optional(), ensures: Expression.optional() })
  .meta({ id: 'ContractRule' });
export type ContractRule = z.infer<typeof ContractRule>;

export const CHAOS_FAULTS = [
  ...([
    'latency',
    'error',
    'timeout',
    'reset',
    'malformed',
    'truncate',
    'empty',
    'slow-stream',
    'stale',
  ] as const),
  ...(['corrupt-field', 'inject', 'wrong-tool-result', 'clock-skew', 'duplicate'] as const),
] as const;

export const ChaosRule = z
  .strictObject({
    on: z
      .string()
      .regex(/^(llm|tool|http):[A-Za-z0-9_*]+$/, 'must be llm:<node>, tool:<name> or http:<node>'),
    fault: z.enum(CHAOS_FAULTS),
    delay: Duration.optional(),
    p50: Duration.optional(),
    p99: Duration.optional(),
    status: z.int().min(400).max(599).optional(),
    retryAfter: Duration.optional(),
    path: z.string().optional(),
    text: z.string().optional(),
    value: z.json().optional(),
    by: z.string().optional(),
    rate: z.number().min(0).max(1).optional(),
    nth: z.int().min(1).optional(),
    times: z.int().min(1).optional(),
    when: Expression.optional(),
    expect: z.strictObject({ recovers: z.boolean().optional() }).optional(),
  })
  .meta({ id: 'ChaosRule' });
export type ChaosRule = z.infer<typeof ChaosRule>;
export type ChaosFault = ChaosRule['fault'];

/** A fault without the calls that it hits, as a replay puts it on one call of a tape. */
export const ChaosFaultSpec = ChaosRule.omit({
  ...{ on: true, rate: true, nth: true, times: true, when: true, expect: true },
}).meta({ id: 'ChaosFaultSpec' });
export type ChaosFaultSpec = z.infer<typeof ChaosFaultSpec>;

/** How the run of a changed case may relate to the first; beside these, any CEL. */
export const METAMORPHIC_RELATIONS = ['equal', 'same-tools', 'same-verdict'] as const;

export const MetamorphicRelation = z
  .strictObject({
    id: z.string().min(1),
    transform: z.record(Name, z.json()),
    relation: z.union([z.enum(METAMORPHIC_RELATIONS), z.strictObject({ cel: Expression })]),
  })
  .meta({ id: 'MetamorphicRelation' });
export type MetamorphicRelation = z.infer<typeof MetamorphicRelation>;
