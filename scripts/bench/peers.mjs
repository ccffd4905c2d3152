// Other tools at the same workloads, from a folder where they are installed; each prints one line of JSON.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { median } from './measure.mjs';

function measured(folder, command, repeats) {
  const one = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.slice(-500)}`);
    return JSON.parse(stdout.trim().split('\n').at(-1));
  };
  return Array.from({ length: repeats }, one);
}

/** Nodes a second of a workflow in memory. */
export const mastra =
  (peers) =>
  async ({ shape, runs, concurrency, repeats }) =>
    median(
      measured(
        path.join(peers, 'graph'),
        ['mastra.mjs', shape, 'memory', String(runs), String(concurrency)],
        repeats,
      ).map((line) => line.nodes_per_s),
    );

/** Cases a second, from the start of the process. */
export const braintrust =
  (peers) =>
  async ({ cases, concurrency, port, repeats }) =>
    median(
      measured(
        path.join(peers, 'evals'),
        ['bt.mjs', String(cases), String(concurrency), String(port)],
        repeats,
      ).map((line) => cases / (line.process_ms / 1_000)),
    );
