#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';

// Halves the time to the first line; has to stand before anything else is loaded.
enableCompileCache?.();
if (['run', 'replay'].includes(process.argv[2])) keepHeapFlat();
const { main, processIo } = await import('../dist-bundle/main.js');
process.exitCode = await main(process.argv.slice(2), processIo());

/**
 * Many short runs let the heap grow without need. The old generation grows by no more than itself. The young one stays small
 * while little is done, because fresh pages are dear to a start; with many cases it takes at once the size that holds what a
 * hundred of them leave behind, and keeps it. The server is left as it is.
 */
function keepHeapFlat() {
  const [BUSY_MB, YOUNG_MB, MB] = [22, 16, 2 ** 20];
  const growBy = (factor) => setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  setFlagsFromString('--heap-growing-percent=100');
  growBy(1);
  const watch = setInterval(() => {
    if (getHeapStatistics().used_heap_size > BUSY_MB * MB) growBy(YOUNG_MB);
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if ((young?.space_size ?? Infinity) < YOUNG_MB * MB) return;
    growBy(1);
    clearInterval(watch);
  }, 25).unref();
}
