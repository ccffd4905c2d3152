// Many viewers of one run in one process: takes its order from standard input as JSON, says when all are connected, and at
// the end what each saw. Started by viewers.mjs.
import { text } from 'node:stream/consumers';
import { viewRun } from './viewer.mjs';

const { url, token, runIds, viewers, cutAfter } = JSON.parse(await text(process.stdin));
let [first, last] = [0, 0];
const onEvent = () => {
  last = performance.now();
  first ||= last;
};
const crowd = Array.from({ length: viewers }, (_, index) => {
  const runId = runIds[index % runIds.length];
  return { runId, ...viewRun({ url, token, runId, cutAfter, onEvent }) };
});
while (!crowd.every(({ isConnected, seen }) => isConnected() || seen.events > 0))
  await new Promise((resolve) => setTimeout(resolve, 20));
console.log('connected');
const all = await Promise.all(crowd.map(async ({ runId, ended }) => ({ runId, ...(await ended) })));
const delays = all.flatMap((viewer) => viewer.delays);
const seen = all.map(({ delays: _, ...viewer }) => viewer);
const told = JSON.stringify({ seen, delays, seconds: (last - first) / 1_000 });
// All of it goes out before the process ends.
process.stdout.write(`${told}\n`, () => process.exit(0));
