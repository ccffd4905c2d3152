// W6, the part of it that compiles: a graph of 1,000 nodes.
import { engineOf } from './graphs.mjs';
import { repeated } from './measure.mjs';

export async function* compiling({ root, repeats }) {
  const { compileGraph } = await engineOf(root);
  const nodes = Array.from(
    { length: 1_000 },
    (_, i) => `  n${i}: {type: transform, value: ${i === 0 ? '"1"' : `nodes.n${i - 1}.output + 1`}}`,
  );
  const source = `apiVersion: rehearse/v1\nkind: Graph\nname: large\nnodes:\n${nodes.join('\n')}\n`;
  const { ms } = await repeated(Math.max(3, repeats), async () => {
    const start = performance.now();
    if (!compileGraph(source).ok) throw new Error('the graph has errors');
    return { ms: performance.now() - start };
  });
  yield { metric: 'compile a graph of 1,000 nodes', value: ms, unit: 'ms' };
}
