// Many viewers of one run in one process: takes its order from standard input as JSON, says when all are connected, and at
// the end what each saw. Started by viewers.mjs.
import { text } from 'node:stream/consumers';
import { viewRun } from './viewer.mjs';

const { url, token, runId, viewers, cutAfter } = JSON.parse(await text(process.stdin));
const crowd = Array.from({ length: viewers }, () => viewRun({ url, token, runId, cutAfter }));
while (!crowd.every(({ isConnected, seen }) => isConnected() || seen.events > 0))
  await new Promise((resolve) => setTimeout(resolve, 20));
console.log('connected');
const all = await Promise.all(crowd.map(({ ended }) => ended));
const delays = all.flatMap((viewer) => viewer.delays);
console.log(JSON.stringify({ seen: all.map(({ delays: _, ...viewer }) => viewer), delays }));
process.exit(0);
