// W6, the part of it that compares: two runs of as many steps, of which every tenth answers something else.
import { hash } from 'node:crypto';
import { engineOf } from './graphs.mjs';
import { median } from './measure.mjs';

const CLOCK = { now: () => Date.now(), sleep: () => new Promise(() => {}) };

export async function* diffs({ root, repeats, quick }) {
  const engine = await engineOf(root);
  engine.useSha256((text) => hash('sha256', text));
  for (const steps of quick ? [300] : [300, 10_000]) {
    const [a, b] = [
      await recorded(engine, { steps, other: false }),
      await recorded(engine, { steps, other: true }),
    ];
    const times = [];
    // The first comparisons of a process are those that a person waits for.
    for (let i = 0; i < Math.max(3, repeats); i++) {
      const start = performance.now();
      const { identical, steps: told } = engine.diffRuns({ a, b });
      times.push(performance.now() - start);
      if (identical || told.filter(({ change }) => change === 'changed').length < steps / 10)
        throw new Error('the comparison missed what differs');
    }
    const name = `diff of two runs of ${steps.toLocaleString('en')} steps`;
    yield { metric: `${name}, the first time`, value: times[0], unit: 'ms' };
    yield { metric: name, value: median(times), unit: 'ms' };
  }
}

/** A run of one node that is asked for each item of a list. */
async function recorded(engine, { steps, other }) {
  const compiled = engine.compileGraph(GRAPH);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const { graph } = compiled;
  const items = Array.from({ length: steps }, (_, i) => `${i}${other && i % 10 === 3 ? ' again' : ''}`);
  const { events } = await engine.executeRun({
    ...{ graph, runId: other ? 'b' : 'a', vars: { items }, seed: 1 },
    ports: engine.livePorts({ graph, seed: 1, clock: CLOCK }),
  });
  return { events, graph: { name: 'list', digest: '' } };
}

const GRAPH = `apiVersion: rehearse/v1
kind: Graph
name: list
inputs: {items: {type: array}}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: "The answer is a sentence of about as many words as answers mostly have."}}]}
nodes:
  each:
    type: forEach
    over: inputs.items
    as: item
    nodes: {ask: {type: llm, prompt: "Tell me about {{ item }}"}}
`;
