// W3: strict replay of recorded runs, each verified and executed again from its journal.
import { shapes, runOnce } from './graphs.mjs';
import { repeated } from './measure.mjs';
import { suiteReplays } from './suites.mjs';

export async function* replays(around) {
  const { engine, graphs } = await shapes(around);
  const count = around.quick ? 20 : 300;
  for (const { name, nodes, graph } of graphs) {
    const runs = [];
    for (let i = 0; i < count; i++) runs.push((await runOnce({ engine, graph, index: i })).events);
    const { rate } = await repeated(around.repeats, async () => {
      const start = performance.now();
      for (const events of runs) {
        const { identical } = await engine.replayStrict({ graph, events });
        if (!identical) throw new Error('a replay diverged');
      }
      return { rate: (count * nodes) / ((performance.now() - start) / 1_000) };
    });
    yield { metric: `${name}: strict replay, one core`, value: rate, unit: 'nodes/s' };
  }
  yield* suiteReplays(around);
}
