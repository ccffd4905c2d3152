import type { StaticType } from './value.js';

/**
 * Where an expression stands, which decides what it may name:
 * - `node`: `when`, a transform's value, a node's templates;
 * - `check`: a node's own `assert` and `ensures`, and the `cel` assertion of a run;
 * - `mock`: the rules and replies of a mock provider;
 * - `tool`: a tool's mocks and its HTTP call;
 * - `request`: what an agent over HTTP is asked;
 * - `response`: where its answer has its parts;
 * - `contract`: a predicate on a journal event;
 * - `state`: an invariant, which sees the event and all that happened so far;
 * - `vars`: what a metamorphic relation changes;
 * - `pair`: a metamorphic relation over a run `a` and its follow-up `b`.
 */
export type ExpressionScope =
  'node' | 'check' | 'mock' | 'tool' | 'request' | 'response' | 'contract' | 'state' | 'vars' | 'pair';

type Variables = Readonly<Record<string, StaticType>>;

/** A scope with more names in it, as those of a `forEach` have inside of it. */
export interface WiderScope {
  base: ExpressionScope;
  locals: Variables;
}
export type Scope = ExpressionScope | WiderScope;

export const baseOf = (scope: Scope): ExpressionScope => (typeof scope === 'string' ? scope : scope.base);

const NODE: Variables = { inputs: 'map', vars: 'map', nodes: 'map', run: 'map', case: 'map' };

// An event may lack any of these, so nothing is known about their types.
const CONTRACT: Variables = {
  ...{ type: 'dyn', node: 'dyn', agent: 'dyn', tool: 'dyn', category: 'dyn', args: 'dyn', result: 'dyn' },
  ...{ turn: 'dyn', at: 'dyn', data: 'dyn', key: 'dyn', inputs: 'dyn', vars: 'dyn' },
};

const VARIABLES: Readonly<Record<ExpressionScope, Variables>> = {
  node: NODE,
  check: { ...NODE, output: 'dyn', text: 'dyn', last: 'dyn', toolCalls: 'list', memory: 'map' },
  mock: {
    ...{ node: 'string', turn: 'number', messages: 'list', last: 'dyn', toolResults: 'list' },
    ...{ inputs: 'map', vars: 'map', run: 'map', case: 'map', judge: 'dyn' },
  },
  request: {
    ...{ node: 'string', turn: 'number', messages: 'list', last: 'dyn', tools: 'list' },
    ...{ inputs: 'map', vars: 'map', run: 'map', case: 'map' },
  },
  response: { response: 'dyn', status: 'number' },
  tool: { args: 'map', inputs: 'map', vars: 'map', run: 'map' },
  contract: CONTRACT,
  state: { ...CONTRACT, nodes: 'map', toolCalls: 'list', turns: 'number', usage: 'map', costUsd: 'number' },
  vars: { vars: 'map', inputs: 'map' },
  pair: { a: 'map', b: 'map' },
};

/** The names that an expression of this scope may use, with what is known of their types. */
export function variablesOf(scope: Scope): Variables {
  return typeof scope === 'string' ? VARIABLES[scope] : { ...VARIABLES[scope.base], ...scope.locals };
}

/** In a contract null never fails: a field of it is null and a comparison with it is false. */
export function isNullTolerant(scope: ExpressionScope): boolean {
  return scope === 'contract' || scope === 'state';
}

/** The fields of variables whose shape is fixed, so that a mistyped one is found at upload. */
export const NODE_FIELDS: readonly string[] = [
  ...['output', 'text', 'messages', 'toolCalls', 'usage', 'latencyMs', 'costUsd', 'status', 'error'],
];
export const FIXED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  run: ['seed', 'chaos'],
  case: ['id'],
  a: ['output', 'text', 'tools', 'verdict'],
  b: ['output', 'text', 'tools', 'verdict'],
};
