import { z } from 'zod';
import { MockLatency, Retry } from './providers.js';
import { Duration, Expression, JsonSchema, Template } from './scalars.js';

export const ToolMockRule = z
  .strictObject({
    when: Expression.optional(),
    return: z.json().optional(),
    error: z.string().min(1).optional(),
    latency: MockLatency.optional(),
  })
  .refine((rule) => (rule.return === undefined) !== (rule.error === undefined), {
    error: 'a mock rule of a tool has either `return` or `error`',
  })
  .meta({ id: 'ToolMockRule' });
export type ToolMockRule = z.infer<typeof ToolMockRule>;

const ToolHttp = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    url: Template,
    headers: z.record(z.string(), Template).optional(),
    query: z.record(z.string(), Template).optional(),
    json: z.json().optional(),
  })
  .meta({ id: 'ToolHttp' });

export const Tool = z
  .strictObject({
    description: z.string().optional(),
    parameters: JsonSchema.optional(),
    returns: JsonSchema.optional(),
    sideEffect: z
      .boolean()
      .optional()
      .describe('An intent is durable before the call; never retried blindly.'),
    onUnknown: z.enum(['error', 'ask']).optional(),
    category: z.string().min(1).optional(),
    access: z.array(z.string().min(1)).optional().describe('The scopes that may call it.'),
    timeout: Duration.optional(),
    retry: Retry.optional(),
    http: ToolHttp.optional(),
    mock: z.array(ToolMockRule).max(1_000).optional(),
  })
  .meta({ id: 'Tool' });
export type Tool = z.infer<typeof Tool>;
