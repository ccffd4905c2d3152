import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

// Many short runs let the heap grow without need. V8 takes no code that was compiled under other flags, be it ours or Node's own:
// flags go back to what they were while code is loaded, and are set for good when it is there.

/** A replay leaves less behind at once, and fresh pages cost as much as the collections that they spare. */
const YOUNG_MB = new Map([
  ['run', 14],
  ['replay', 8],
]);
const MOST_PARTS = 100;
const DEFAULT_FACTOR = 2;

/** The young generation takes the size that holds what a hundred cases leave behind, which spares most collections. */
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

/**
 * The young generation keeps that size. Little grows old, so that the old generation is collected once or twice in all, and all of
 * it at once: what comes to be while V8 marks step by step would stay until the next time.
 */
export function keepHeapFlat() {
  setFlagsFromString('--no-incremental-marking');
  // What is put into the old generation from the start, because its like grew old before, holds on to all of its run.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // Freed by another thread than took it, the memory of a compilation stays with the allocator: 40 MB, all at once.
  setFlagsFromString('--no-maglev-destroy-on-background');
  growBy(1);
  isFlat = true;
}

const growBy = (factor) => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

const youngBytes = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? Infinity;
