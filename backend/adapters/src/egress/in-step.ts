const waiting: (() => void)[] = [];

/**
 * Goes on when all that can be read by now has been read, together with whatever else waits for that. Runs whose answers came at
 * once then take each step side by side: the processor finds in its caches what it has just done for the run before.
 */
export function inStep(goOn: () => void): void {
  if (waiting.push(goOn) === 1) setImmediate(release);
}

/** Their promises are settled in one go, so that each continuation is followed by the same one of the next. */
function release(): void {
  for (const goOn of waiting.splice(0)) goOn();
}
