// Other tools at the same workloads, from a folder where they are installed; each prints one line of JSON.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { median } from './measure.mjs';

const run = promisify(execFile);

// Not by spawnSync: the model server that they call lives in this process.
async function measured(folder, command, repeats) {
  const lines = [];
  for (let i = 0; i < repeats; i++) {
    const { stdout } = await run(process.execPath, command, { cwd: folder });
    lines.push(JSON.parse(stdout.trim().split('\n').at(-1)));
  }
  return lines;
}

/** Nodes a second of a workflow in memory. */
export const mastra =
  (peers) =>
  async ({ shape, runs, concurrency, repeats }) =>
    median(
      (
        await measured(
          path.join(peers, 'graph'),
          ['mastra.mjs', shape, 'memory', String(runs), String(concurrency)],
          repeats,
        )
      ).map((line) => line.nodes_per_s),
    );

/** Cases a second, from the start of the process. */
export const braintrust =
  (peers) =>
  async ({ cases, concurrency, port, repeats }) =>
    median(
      (
        await measured(
          path.join(peers, 'evals'),
          ['bt.mjs', String(cases), String(concurrency), String(port)],
          repeats,
        )
      ).map((line) => cases / (line.process_ms / 1_000)),
    );
