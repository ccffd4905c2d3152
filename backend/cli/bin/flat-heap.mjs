import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

// Many short runs let the heap grow without need. V8 takes no code that was compiled under other flags, be it ours or Node's own:
// flags go back to what they were while code is loaded, and are set for good when it is there.

/** A replay leaves less behind at once, and fresh pages cost as much as the collections that they spare. */
const YOUNG_MB = new Map([
  ['run', 20],
  ['replay', 8],
]);
const MOST_PARTS = 100;
const DEFAULT_FACTOR = 2;

/** The young generation takes the size that holds what a hundred cases leave behind at once, which spares most collections. */
export function growYoung(command) {
  const megabytes = YOUNG_MB.get(command);
  if (megabytes === undefined) return;
  growBy(megabytes);
  // It has one megabyte, and grows when as much has outlived a collection.
  const before = youngBytes();
  const parts = [];
  while (youngBytes() <= 2 * before && parts.length < MOST_PARTS)
    parts.push(Array.from({ length: 100 }, () => Array.from({ length: 200 })));
  growBy(DEFAULT_FACTOR);
}

let isFlat = false;
export const isHeapFlat = () => isFlat;

/** It keeps that size, and the old generation grows by no more than half of itself. */
export function keepHeapFlat() {
  setFlagsFromString('--heap-growing-percent=50');
  // Freed by another thread than took it, the memory of a compilation stays with the allocator: 40 MB, all at once.
  setFlagsFromString('--no-maglev-destroy-on-background');
  growBy(1);
  isFlat = true;
}

const growBy = (factor) => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

const youngBytes = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? Infinity;
