import type {
  AgentNode,
  AssertNode,
  Budget,
  ContractSpec,
  ConversationNode,
  Diagnostic,
  Enclosures,
  ForEachNode,
  GraphDocument,
  GraphNode,
  HumanNode,
  Json,
  JournalTarget,
  JsonObject,
  LlmNode,
  LoopNode,
  MockRule,
  ModelParams,
  Node,
  Repeat,
  Retry,
  Route,
  Severity,
  SwitchNode,
  Tool,
  ToolMockRule,
  ToolNode,
  TransformNode,
  WaitNode,
} from '@rehearse/contracts';
import type { CompiledAssertion } from '../assert/index.js';
import type { CompiledChaosRule } from '../chaos/index.js';
import type { CompiledExpression, CompiledTemplate, CompiledTemplateValue } from '../expression/index.js';
import type { BuiltIn } from './built-in-tools.js';
import type { CompiledRelation } from '../metamorphic/relation.js';
import type { CompiledSchema } from '../schema-check/index.js';

/** Where something stands in the YAML; lines and columns from 1. */
export interface SourceRange {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** A condition together with the text that it was made from, for messages. */
export interface Check {
  source: string;
  expression: CompiledExpression;
  range: SourceRange;
}

/** `id` says where the assertion stands: `handle.assert[0]`, `assert[1]`, `case.assert[0]`. */
export interface PlacedAssertion {
  id: string;
  assertion: CompiledAssertion;
  range: SourceRange;
}

interface NodeCommon<Spec extends Node> {
  id: string;
  /** Position in the file, from 0. */
  index: number;
  type: Spec['type'];
  spec: Spec;
  /** Written and inferred edges into the node, in file order. */
  needs: readonly string[];
  join: 'all' | 'any';
  when?: CompiledExpression;
  onError: 'stop' | 'continue';
  requires: readonly Check[];
  ensures: readonly Check[];
  assertions: readonly PlacedAssertion[];
  range: SourceRange;
}

export interface PromptPart {
  role: 'system' | 'user' | 'assistant';
  template: CompiledTemplate;
}

/** Whoever asks a model: an `llm`, an `agent`, or the persona of a conversation. */
export interface ModelSeat {
  route: CompiledRoute;
  params: ModelParams;
  output?: { schema: CompiledSchema; json: Json };
  tools: readonly CompiledTool[];
  /** As far as the graph says it; the rest is what the run has for a default. */
  retry: Partial<RetryPolicy>;
  timeoutMs: number | null;
}

export interface CompiledModelNode extends NodeCommon<LlmNode | AgentNode>, ModelSeat {
  /** How an agent answers that asks no model of ours; its route then has it as its only target. */
  driver?: CompiledDriver;
  /** `system`, `messages`, `prompt`, in this order. */
  prompt: readonly PromptPart[];
  repair: number;
  /** 1 for `llm`. */
  maxTurns: number;
  /** The agents that may hand their work to it. */
  handedBy: readonly string[];
}

export interface CompiledToolNode extends NodeCommon<ToolNode> {
  tool: CompiledTool;
  args: CompiledTemplateValue;
  retry: RetryPolicy;
  timeoutMs: number;
}

export interface CompiledTransformNode extends NodeCommon<TransformNode> {
  value: CompiledExpression;
}

export interface CompiledSwitchNode extends NodeCommon<SwitchNode> {
  cases: readonly { name: string; when: CompiledExpression }[];
  fallback?: string;
}

export type CompiledAssertNode = NodeCommon<AssertNode>;

/** Nodes that run together: those of a graph, or those inside of a node. */
export interface CompiledBody {
  /** In file order. */
  nodes: readonly CompiledNode[];
  nodeById: ReadonlyMap<string, CompiledNode>;
  /** Nodes that no node needs, in file order. */
  leaves: readonly string[];
}

export interface CompiledForEachNode extends NodeCommon<ForEachNode> {
  over: CompiledExpression;
  /** The variable that holds the item. */
  as: string;
  /** Items at once. */
  concurrency: number;
  body: CompiledBody;
}

export interface CompiledLoopNode extends NodeCommon<LoopNode> {
  until: CompiledExpression;
  maxIterations: number;
  body: CompiledBody;
}

export interface CompiledGraphNode extends NodeCommon<GraphNode> {
  vars: CompiledTemplateValue;
  body: CompiledGraph;
}

/** A turn that the file says word for word, with what is checked of the answer. */
export interface ScriptedTurn {
  user: CompiledTemplate;
  assertions: readonly PlacedAssertion[];
}

export interface CompiledConversationNode extends NodeCommon<ConversationNode> {
  persona: ModelSeat & { system: string; opening: string | null; stopWords: readonly string[] };
  until?: CompiledExpression;
  script: readonly ScriptedTurn[];
  /** Turns of the persona. */
  maxTurns: number;
  /** The agent alone. */
  body: CompiledBody;
}

export interface CompiledHumanNode extends NodeCommon<HumanNode> {
  prompt: CompiledTemplate;
  form?: { schema: CompiledSchema; json: Json };
  approvers: readonly string[];
  timeoutMs: number | null;
  onTimeout: 'approve' | 'reject' | 'error';
}

export interface CompiledWaitNode extends NodeCommon<WaitNode> {
  duration: CompiledTemplate;
}

export type CompiledNode =
  | (CompiledForEachNode & { type: 'forEach' })
  | (CompiledLoopNode & { type: 'loop' })
  | (CompiledGraphNode & { type: 'graph' })
  | (CompiledConversationNode & { type: 'conversation' })
  | (CompiledHumanNode & { type: 'human' })
  | (CompiledWaitNode & { type: 'wait' })
  | (CompiledModelNode & { type: 'llm' | 'agent' })
  | (CompiledToolNode & { type: 'tool' })
  | (CompiledTransformNode & { type: 'transform' })
  | (CompiledSwitchNode & { type: 'switch' })
  | (CompiledAssertNode & { type: 'assert' });

/** Delays in milliseconds; `attempts` counts all, the first included. */
export interface RetryPolicy {
  attempts: number;
  backoff: NonNullable<Retry['backoff']>;
  initialDelayMs: number;
  maxDelayMs: number;
  jitter: number;
}

/** The route of an agent that answers by itself has one target, which no author can write. */
export interface CompiledRoute {
  name: string;
  spec: Omit<Route, 'targets'> & { targets: readonly JournalTarget[] };
}

/** An agent that answers over HTTP. */
export interface CompiledHttpDriver {
  kind: 'http';
  /** With its secrets as the graph names them. */
  url: string;
  method: string;
  headers?: CompiledTemplateValue;
  model?: string;
  /** The body; undefined for that of OpenAI's chat completions. */
  request?: CompiledTemplateValue;
  /** By the parts of an answer; undefined for a chat completion. */
  response?: Readonly<Record<string, CompiledExpression>>;
}

export type CompiledDriver = CompiledHttpDriver | { kind: 'command'; command: readonly string[] };

/** The HTTP call of a tool; its texts may hold `${secret:name}`. */
export interface CompiledHttpCall {
  method?: string;
  url: CompiledTemplate;
  headers?: CompiledTemplateValue;
  query?: CompiledTemplateValue;
  json?: CompiledTemplateValue;
}

export interface CompiledMockRule {
  spec: MockRule;
  when?: CompiledExpression;
  /** Renders `reply` with its templates; undefined when the rule is an error. */
  reply?: CompiledTemplateValue;
}

export interface CompiledTool {
  name: string;
  spec: Tool;
  /** Undefined for what is built in. */
  range?: SourceRange;
  parameters?: CompiledSchema;
  returns?: CompiledSchema;
  http?: CompiledHttpCall;
  builtIn?: BuiltIn;
  mock?: readonly { spec: ToolMockRule; when?: CompiledExpression; value?: CompiledTemplateValue }[];
}

export interface CompiledContract {
  id: string;
  spec: ContractSpec;
  severity: Severity;
  /** The predicates of its pattern by their place: `never`, `of`, `first`, `then`, … */
  predicates: Readonly<Record<string, CompiledExpression>>;
  range: SourceRange;
}

export interface CompiledCase {
  id: string;
  description?: string;
  labels: Readonly<Record<string, string>>;
  vars: JsonObject;
  seed?: number;
  /** What its agents remember from the start. */
  memory?: JsonObject;
  repeat: Repeat;
  assertions: readonly PlacedAssertion[];
  /** The file that it is a row of. */
  dataset?: string;
}

/** The cases of a graph in file order. Rows of data sets are read as they are asked for, so that their number takes no memory. */
export interface CompiledCases extends Iterable<CompiledCase> {
  readonly size: number;
  /** The paths of the data sets. */
  readonly files: readonly string[];
  /** How many there are with the same repeats, without reading the rows of data sets. */
  readonly repeats: readonly CaseCount[];
  find(id: string): CompiledCase | undefined;
}

export interface CaseCount {
  cases: number;
  repeat: Repeat;
}

/** A graph that a matrix makes: one value at each of its paths. */
export interface GraphVariant {
  values: JsonObject;
  graph: CompiledGraph;
}

/** A graph that has passed every check and is ready to run. Immutable. */
export interface CompiledGraph extends CompiledBody {
  name: string;
  document: GraphDocument;
  source: string;
  /** SHA-256 of the bytes, and of what it encloses. */
  sourceDigest: string;
  /** SHA-256 of the canonical JSON of the document, and of what it encloses. */
  digest: string;
  tools: ReadonlyMap<string, CompiledTool>;
  /** Who can be asked through each route, as judges are. */
  seats: ReadonlyMap<string, ModelSeat>;
  mocks: ReadonlyMap<string, readonly CompiledMockRule[]>;
  contracts: readonly CompiledContract[];
  /** Profiles of faults, by their names. */
  chaos: ReadonlyMap<string, readonly CompiledChaosRule[]>;
  metamorphic: readonly CompiledRelation[];
  assertions: readonly PlacedAssertion[];
  output?: CompiledExpression;
  inputs?: CompiledSchema;
  cases: CompiledCases;
  /** The graphs that its matrix makes, with the same cases; none without a matrix. */
  variants: readonly GraphVariant[];
  /** The digest of the graph whose matrix made this one. */
  base?: string;
  /** What it read besides its text. */
  enclosures: Enclosures;
  budget: Budget;
  virtualTime: boolean;
}

export type CompileResult =
  { ok: true; graph: CompiledGraph; diagnostics: Diagnostic[] } | { ok: false; diagnostics: Diagnostic[] };
