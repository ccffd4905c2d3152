// W2 in memory: 20 nodes in a row, and a fan-out of ten between two nodes; an in-process model that answers at once. Every run
// is journaled and digested. After some runs to warm up.
import { hash } from 'node:crypto';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { repeated } from './measure.mjs';
import { beside } from './peers.mjs';

const ASK = (id, needs) =>
  `  ${id}: {type: llm, prompt: "${id} {{ inputs.question }}"${needs ? `, needs: [${needs}]` : ''}}`;
const TEN = Array.from({ length: 10 }, (_, i) => `b${i}`);
const NODES = {
  seq20: Array.from({ length: 20 }, (_, i) => ASK(`n${i}`, i > 0 ? `n${i - 1}` : '')),
  fan10: [ASK('start'), ...TEN.map((id) => ASK(id, 'start')), ASK('join', TEN.join(', '))],
};

const head = `apiVersion: rehearse/v1
kind: Graph
name: bench
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: x}}]}
nodes:
`;

export const engineOf = (root) => import(pathToFileURL(path.join(root, 'backend/engine/dist/index.js')).href);

export async function shapes({ root }) {
  const engine = await engineOf(root);
  // As every program of the product does when it starts.
  engine.useSha256((text) => hash('sha256', text));
  const compiled = (nodes) => {
    const result = engine.compileGraph(`${head}${nodes.join('\n')}\n`);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    return result.graph;
  };
  const graphs = Object.entries(NODES).map(([name, nodes]) => ({
    name,
    nodes: nodes.length,
    graph: compiled(nodes),
  }));
  return { engine, graphs };
}

export const runOnce = ({ engine, graph, index }) =>
  engine.executeRun({
    ...{ graph, runId: `r${index}`, vars: { question: `Question number ${index}` }, seed: 1 },
    ports: { ...engine.livePorts({ graph, seed: 1, clock }), model: MODEL },
  });

/** No time is up here; a run that lets others have their turn, as one does that takes long, goes on after it. */
export const clock = {
  now: () => Date.now(),
  sleep: (durationMs) => (durationMs === 0 ? nextTurn() : new Promise(() => {})),
};
export const MODEL = {
  unavailable: () => null,
  call: async (request, { key }) => ({
    ...{
      ok: true,
      toolCalls: [],
      finishReason: 'stop',
      usage: { inputTokens: 20, outputTokens: 12 },
      costUsd: 0,
    },
    content: `{"answer":"Paris is the capital","ok":true,"n":42,"p":"${key}"}`,
  }),
};

export async function* graphsInMemory(around) {
  const { engine, graphs } = await shapes(around);
  const runs = around.quick ? 50 : 1_000;
  for (const { name, nodes, graph } of graphs) {
    for (const concurrency of [16, 1]) {
      const { rate } = await repeated(around.repeats, () =>
        many({ engine, graph, nodes, runs, concurrency }),
      );
      const how = { shape: name, runs, concurrency, repeats: around.repeats };
      const peers = await beside(around.peers.graphs, how);
      yield { metric: `${name}, in memory, ${concurrency} at once`, value: rate, unit: 'nodes/s', peers };
    }
  }
}

async function many({ engine, graph, nodes, runs, concurrency }) {
  for (let i = 0; i < 20; i++) await runOnce({ engine, graph, index: i });
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < runs) {
        const { finished } = await runOnce({ engine, graph, index: next++ });
        if (!finished) throw new Error('a run did not end');
      }
    }),
  );
  return { rate: (runs * nodes) / ((performance.now() - start) / 1_000) };
}
