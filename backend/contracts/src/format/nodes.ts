import { z } from 'zod';
import { Assertions } from './assertions.js';
import { ModelParams, Retry } from './providers.js';
import { Duration, Expression, JsonSchema, Name, Template, Text } from './scalars.js';

const base = {
  description: z.string().optional(),
  needs: z.array(Name).max(2_000).optional().describe('The nodes that end before this one begins.'),
  when: Expression.optional().describe('CEL; the node is skipped where it is false.'),
  join: z.enum(['all', 'any']).optional().describe('Default all.'),
  onError: z.enum(['stop', 'continue']).optional().describe('Default stop.'),
  requires: z.array(Expression).optional().describe('What is true before the node begins, in CEL.'),
  ensures: z.array(Expression).optional().describe('What is true when the node has finished, in CEL.'),
  assert: Assertions.optional().describe('Checks of what the node gives.'),
};
const outside = { timeout: Duration.optional(), retry: Retry.optional() };

export const Message = z
  .strictObject({ role: z.enum(['system', 'user', 'assistant']), content: Text })
  .meta({ id: 'PromptMessage' });

const asking = {
  role: z
    .string()
    .min(1)
    .optional()
    .describe('A role of the library, or a persona: its system prompt comes first.'),
  provider: Name.optional().describe('A route; may be left out when there is only one.'),
  system: Text.optional(),
  prompt: Text.optional(),
  messages: z.array(Message).min(1).max(1_000).optional(),
  output: JsonSchema.optional().describe('The JSON Schema that the answer fits.'),
  params: ModelParams.optional(),
  repair: z
    .int()
    .min(0)
    .max(5)
    .optional()
    .describe('How often an answer that does not fit is asked for anew.'),
};

/** Where an answer has its parts: CEL over `response`, or a JSON pointer. */
const AgentResponse = z.strictObject({
  content: Expression,
  toolCalls: Expression.optional(),
  finishReason: Expression.optional(),
  usage: Expression.optional(),
});
export const AgentHttp = z
  .strictObject({
    url: z.string().min(1).describe('May hold `${secret:name}`.'),
    method: z.enum(['POST', 'PUT', 'PATCH']).optional().describe('Default POST.'),
    headers: z.record(z.string(), Template).optional(),
    format: z.enum(['openai', 'template']).optional().describe('Default openai: chat completions.'),
    model: z.string().min(1).optional().describe('The `model` of a request in the format openai.'),
    request: z.json().optional().describe('The body in the format template, with {{ … }} in its texts.'),
    response: AgentResponse.optional(),
  })
  .meta({ id: 'AgentHttp' });

const LlmNode = z.strictObject({
  type: z.literal('llm').describe('One answer of a model.'),
  ...base,
  ...outside,
  ...asking,
});
const AgentNode = z.strictObject({
  type: z.literal('agent').describe('A model that calls tools, turn by turn, until it has answered.'),
  ...base,
  ...outside,
  ...asking,
  driver: z.enum(['builtin', 'http', 'command']).optional(),
  tools: z.array(Name).max(128).optional().describe('The tools that it may call.'),
  maxTurns: z.int().min(1).max(1_000).optional().describe('Default 10.'),
  agent: z.string().min(1).optional().describe('The name of the agent; default the id of the node.'),
  scopes: z
    .array(z.string())
    .optional()
    .describe('What it may do: a tool with `access` asks for one of them.'),
  handoffs: z.array(Name).max(128).optional().describe('The agents that it may hand its work to.'),
  http: AgentHttp.optional(),
  command: z.array(z.string().min(1)).min(1).max(64).optional().describe('A program and its arguments.'),
});
const ToolNode = z.strictObject({
  type: z.literal('tool').describe('One call of a tool.'),
  ...base,
  ...outside,
  tool: Name,
  args: z.record(z.string(), z.json()).optional(),
});
const TransformNode = z.strictObject({
  type: z.literal('transform').describe('A value made of others, in CEL.'),
  ...base,
  value: Expression,
});
const SwitchCase = z.strictObject({ name: Name, when: Expression }).meta({ id: 'SwitchCase' });
const SwitchNode = z.strictObject({
  type: z.literal('switch').describe('Takes one of several ways.'),
  ...base,
  cases: z.array(SwitchCase).min(1).max(100),
  default: Name.optional(),
});
const AssertNode = z.strictObject({
  type: z.literal('assert').describe('Checks what is known so far.'),
  ...base,
});

const ScriptedTurn = z.union([Template, z.strictObject({ user: Template, assert: Assertions.optional() })]);
const ConversationNode = z.strictObject({
  type: z.literal('conversation').describe('A persona that talks with an agent.'),
  ...base,
  ...outside,
  persona: z.union([z.string().min(1), z.record(z.string(), z.json())]),
  agent: Name.describe('The `agent` node that the persona talks with; it runs in the conversation alone.'),
  provider: Name.optional().describe('The route of the persona; may be left out when there is only one.'),
  until: Expression.optional(),
  script: z.array(ScriptedTurn).optional(),
  maxTurns: z.int().min(1).max(1_000).optional(),
});
/** The nodes inside a loop are checked by the same rules, after this schema. */
const Body = z.record(
  Name,
  z.lazy((): z.ZodType => Node),
);
const ForEachNode = z.strictObject({
  type: z.literal('forEach').describe('Runs its nodes for each item of a list.'),
  ...base,
  over: Expression,
  as: Name.optional(),
  concurrency: z.int().min(1).max(1_000).optional(),
  nodes: Body,
});
const LoopNode = z.strictObject({
  type: z.literal('loop').describe('Runs its nodes until a condition holds.'),
  ...base,
  until: Expression,
  maxIterations: z.int().min(1).max(10_000).optional(),
  nodes: Body,
});
const GraphNode = z.strictObject({
  type: z.literal('graph').describe('Runs another graph.'),
  ...base,
  graph: z.string().min(1).describe('`name@version`'),
  vars: z.record(z.string(), z.json()).optional(),
});
const HumanNode = z.strictObject({
  type: z.literal('human').describe('Waits for the decision of a person.'),
  ...base,
  prompt: Text,
  form: JsonSchema.optional(),
  approvers: z.array(z.string()).optional(),
  timeout: Duration.optional(),
  onTimeout: z.enum(['approve', 'reject', 'error']).optional(),
});
const WaitNode = z.strictObject({
  type: z.literal('wait').describe('Waits for a time.'),
  ...base,
  for: z.union([Duration, Template]),
});

export const Node = z
  .discriminatedUnion('type', [
    ...[LlmNode, AgentNode, ToolNode, TransformNode, SwitchNode, AssertNode],
    ...[ConversationNode, ForEachNode, LoopNode, GraphNode, HumanNode, WaitNode],
  ] as const)
  .meta({ id: 'Node' });
export type LlmNode = z.infer<typeof LlmNode>;
export type AgentNode = z.infer<typeof AgentNode>;
export type ToolNode = z.infer<typeof ToolNode>;
export type TransformNode = z.infer<typeof TransformNode>;
export type SwitchNode = z.infer<typeof SwitchNode>;
export type AssertNode = z.infer<typeof AssertNode>;
export type ConversationNode = z.infer<typeof ConversationNode>;
export type ForEachNode = z.infer<typeof ForEachNode>;
export type LoopNode = z.infer<typeof LoopNode>;
export type GraphNode = z.infer<typeof GraphNode>;
export type HumanNode = z.infer<typeof HumanNode>;
export type WaitNode = z.infer<typeof WaitNode>;
export type Node = z.infer<typeof Node>;
export type NodeType = Node['type'];
