import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const YOUNG_MB = 16;
const FIRST_BYTES = 4 * 2 ** 20;
const MOST_PARTS = 100;

/**
 * Many short runs let the heap grow without need. The young generation takes the size that holds what a hundred cases leave
 * behind at once, which spares most of the collections, and keeps it; the old one grows by no more than itself.
 *
 * Not to be called before the bundle is loaded: V8 takes no code that was compiled under other flags, be it ours or Node's own.
 */
export function keepHeapFlat() {
  setFlagsFromString('--heap-growing-percent=100');
  growBy(YOUNG_MB);
  // It grows in one step when as much has outlived a collection as it holds, which is a megabyte at first.
  const parts = [];
  while (youngBytes() < FIRST_BYTES && parts.length < MOST_PARTS)
    parts.push(Array.from({ length: 100 }, () => Array.from({ length: 200 })));
  growBy(1);
}

const growBy = (factor) => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

const youngBytes = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? Infinity;
