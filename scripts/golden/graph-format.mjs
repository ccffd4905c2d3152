// What of the graph format runs in this release, in docs/graph-format.md, from the schemas and the compiler.
import '../jest/typescript.mjs';
import { code, withParts } from '../docs/generated.mjs';

export const file = 'docs/graph-format.md';

export async function make() {
  const { ASSERTION_TYPES, CONTRACT_PATTERNS, Node } = await import('../../backend/contracts/src/index.ts');
  const { RUNNABLE_ASSERTION_TYPES } = await import('../../backend/engine/src/assert/index.ts');
  const nodes = Node.options.map((option) => option.shape.type.value);
  const nodesThatRun = await runnable(nodes, (type) => NODE_EXAMPLES[type]);
  const patternsThatRun = await runnable(CONTRACT_PATTERNS, (pattern) => withContract(pattern));
  return withParts(file, {
    nodes: split(nodes, nodesThatRun),
    assertions: split(ASSERTION_TYPES, RUNNABLE_ASSERTION_TYPES),
    contracts: split(CONTRACT_PATTERNS, patternsThatRun),
  });
}

const split = (all, running) => {
  const rest = all.filter((name) => !running.includes(name));
  return [
    `Runs: ${all.filter((name) => running.includes(name)).map(code).join(' ')}`,
    ...(rest.length > 0 ? [`Refused until it runs: ${rest.map(code).join(' ')}`] : []),
  ].join('\n\n');
};

/** Asks the compiler itself: what it does not refuse as `graph/not-yet-supported`. */
async function runnable(names, source) {
  const { compileGraph } = await import('../../backend/engine/src/graph/index.ts');
  return names.filter((name) => {
    const { diagnostics } = compileGraph(source(name));
    return !diagnostics.some(({ code, severity }) => code === 'graph/not-yet-supported' && severity === 'error');
  });
}

const HEAD = 'apiVersion: rehearse/v1\nkind: Graph\nname: example\n';
const ROUTES = 'providers: {r: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: a}}]}\n';
const TOOLS = 'tools: {t: {mock: [{return: 1}]}}\n';
const node = (text, head = '') => `${HEAD}${head}nodes:\n  a: ${text}\n`;

const NODE_EXAMPLES = {
  llm: node('{type: llm, prompt: hello}', ROUTES),
  agent: node('{type: agent, prompt: hello}', ROUTES),
  tool: node('{type: tool, tool: t}', TOOLS),
  transform: node("{type: transform, value: '1'}"),
  switch: node("{type: switch, cases: [{name: b, when: 'true'}]}"),
  assert: node("{type: assert, assert: [{type: cel, value: 'true'}]}"),
  conversation: node('{type: conversation, persona: polite, agent: a}'),
  forEach: node("{type: forEach, over: '[1]', nodes: {b: {type: transform, value: '1'}}}"),
  loop: node("{type: loop, until: 'true', nodes: {b: {type: transform, value: '1'}}}"),
  graph: node('{type: graph, graph: other@1}'),
  human: node('{type: human, prompt: may I?}'),
  wait: node('{type: wait, for: 1s}'),
};

const CONTRACT_EXAMPLES = {
  atMost: "{count: 1, of: 'tool == \"t\"'}",
  atLeast: "{count: 1, of: 'tool == \"t\"'}",
  precedes: "{first: 'tool == \"t\"', then: 'tool == \"t\"'}",
  responds: "{to: 'tool == \"t\"', with: 'tool == \"t\"'}",
};
const withContract = (pattern) =>
  `${node('{type: tool, tool: t}', TOOLS)}contracts: [{id: c, ${pattern}: ${CONTRACT_EXAMPLES[pattern] ?? "'tool == \"t\"'"}}]\n`;
