import { z } from 'zod';
import { Duration, Expression, isLonger, Name, Template } from './scalars.js';

export const Retry = z
  .strictObject({
    attempts: z.int().min(1).max(20).optional().describe('All of them, the first included.'),
    backoff: z.enum(['exponential', 'linear', 'fibonacci', 'constant']).optional(),
    initialDelay: Duration.optional(),
    maxDelay: Duration.optional(),
    jitter: z.number().min(0).max(1).optional(),
  })
  .meta({ id: 'Retry' });
export type Retry = z.infer<typeof Retry>;

export const ModelParams = z
  .strictObject({
    temperature: z.number().min(0).max(2).optional(),
    topP: z.number().min(0).max(1).optional(),
    maxOutputTokens: z.int().min(1).optional(),
    stop: z.array(z.string()).max(16).optional(),
    seed: z.int().optional(),
    reasoningEffort: z.enum(['minimal', 'low', 'medium', 'high']).optional(),
  })
  .meta({ id: 'ModelParams' });
export type ModelParams = z.infer<typeof ModelParams>;

const LiveTarget = z.strictObject({
  provider: z.enum(['openai', 'anthropic', 'azure', 'openai-compatible']),
  model: z.string().min(1).optional(),
  deployment: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  baseUrl: z.string().min(1).optional(),
  apiKey: z.string().min(1).optional().describe('Only `${secret:name}`, never the key itself.'),
});
const MockTarget = z.strictObject({
  provider: z.literal('mock'),
  script: Name.describe('A key of `mocks`.'),
  model: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
});
export const Target = z.discriminatedUnion('provider', [LiveTarget, MockTarget]).meta({ id: 'Target' });
export type Target = z.infer<typeof Target>;

/** An agent that is no model of a route; only a journal names it so. */
const HttpAgentTarget = z.strictObject({ provider: z.literal('http'), url: z.string().min(1) });
const CommandAgentTarget = z.strictObject({
  provider: z.literal('command'),
  command: z.array(z.string()).min(1),
});
export const JournalTarget = z
  .discriminatedUnion('provider', [LiveTarget, MockTarget, HttpAgentTarget, CommandAgentTarget])
  .meta({ id: 'JournalTarget', description: 'A target of a route, or an agent that answers by itself.' });
export type JournalTarget = z.infer<typeof JournalTarget>;

export const ROUTE_STRATEGIES = ['fallback', 'round-robin', 'lowest-latency', 'lowest-cost'] as const;
export const RouteStrategy = z.enum(ROUTE_STRATEGIES);
export type RouteStrategy = z.infer<typeof RouteStrategy>;

export const Route = z
  .strictObject({
    strategy: RouteStrategy.optional(),
    targets: z.array(Target).min(1).max(32),
    params: ModelParams.optional(),
    timeout: Duration.optional(),
    retry: Retry.optional(),
  })
  .meta({ id: 'Route' });
export type Route = z.infer<typeof Route>;

/** How models are called where neither a node nor its route says it; `attempts` counts all, the first included. */
export const CallDefaults = z
  .object({
    strategy: RouteStrategy,
    timeoutMs: z.number().positive(),
    attempts: z.int().min(1),
    initialDelayMs: z.number().min(0),
    maxDelayMs: z.number().min(0),
  })
  .meta({ id: 'CallDefaults' });
export type CallDefaults = z.infer<typeof CallDefaults>;

/** What a run has in place of what a route says; `params` and `retry` key by key. */
export const RouteOverride = Route.partial().meta({ id: 'RouteOverride' });
export type RouteOverride = z.infer<typeof RouteOverride>;

/** How long a mock takes: always the same, or drawn so that half and 99 % of the draws stay below the two marks. */
export const MockLatency = z.union([
  Duration,
  z.strictObject({ p50: Duration, p99: Duration }).refine(({ p50, p99 }) => !isLonger(p50, p99), {
    error: '`p50` is longer than `p99`',
  }),
]);
export type MockLatency = z.infer<typeof MockLatency>;

const MockToolCall = z.strictObject({
  name: z.string().min(1),
  arguments: z.record(z.string(), z.json()).optional(),
});
const answer = {
  content: z.union([Template, z.record(z.string(), z.json()), z.array(z.json())]).optional(),
  toolCalls: z.array(MockToolCall).max(128).optional(),
  finishReason: z.string().min(1).optional(),
  usage: z.strictObject({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) }).optional(),
  costUsd: z.number().min(0).optional(),
};
const ANSWER_KEYS = Object.keys(answer) as (keyof typeof answer)[];
const MockChoice = z
  .strictObject({ weight: z.number().positive().optional(), ...answer })
  .meta({ id: 'MockChoice' });
export const MockReply = z
  .strictObject({
    ...answer,
    oneOf: z.array(MockChoice).min(1).max(100).optional(),
    latency: MockLatency.optional(),
  })
  .refine((reply) => reply.oneOf === undefined || ANSWER_KEYS.every((key) => reply[key] === undefined), {
    error: 'with `oneOf` the answers stand in its list, and only `latency` beside it',
  })
  .meta({ id: 'MockReply' });
export type MockReply = z.infer<typeof MockReply>;

export const MockError = z.union([
  z.string().min(1),
  z.strictObject({ message: z.string().min(1), status: z.int().min(400).max(599).optional() }),
]);

/** The first rule that holds answers; a rule without `when` always holds. */
export const MockRule = z
  .strictObject({
    when: Expression.optional(),
    reply: MockReply.optional(),
    error: MockError.optional(),
    latency: MockLatency.optional(),
  })
  .refine((rule) => (rule.reply === undefined) !== (rule.error === undefined), {
    error: 'a mock rule has either `reply` or `error`',
  })
  .refine((rule) => rule.latency === undefined || rule.reply?.latency === undefined, {
    error: '`latency` stands in the rule or in its `reply`, not in both',
  })
  .meta({ id: 'MockRule' });
export type MockRule = z.infer<typeof MockRule>;
