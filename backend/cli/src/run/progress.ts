import type { Io } from '../io.js';
import { grouped } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import type { RunResult } from './run-result.js';

const CLEAR = '\r\u001B[2K';
const REDRAW_MS = 60;
const CELLS = 24;

/** A bar on standard error that says how far the runs are. Only a terminal gets one. */
export interface Progress {
  /** A run is done. */
  add(result: RunResult): void;
  /** Writes something else without the bar in between. */
  around(write: () => void): void;
  end(): void;
}

export function progressBar(io: Io, { total, isHidden }: { total: number; isHidden: boolean }): Progress {
  const { stderr } = io;
  if (!stderr.isTTY || isHidden || total < 2)
    return { add: () => {}, around: (write) => write(), end: () => {} };
  const paint = paintFor(stderr, io);
  const bad = { failed: 0, other: 0 };
  let done = 0;
  let drawnAt = -Infinity;
  const draw = () => {
    const filled = Math.round((done / total) * CELLS);
    const bar = paint('cyan', '━'.repeat(filled)) + paint('dim', '━'.repeat(CELLS - filled));
    const failed = bad.failed > 0 ? paint('red', `  ${grouped(bad.failed)} failed`) : '';
    const other = bad.other > 0 ? paint('magenta', `  ${grouped(bad.other)} errored`) : '';
    stderr.write(`${CLEAR}${bar} ${grouped(done)}/${grouped(total)}${failed}${other}`);
    drawnAt = performance.now();
  };
  return {
    add({ verdict }) {
      done++;
      if (verdict === 'failed') bad.failed++;
      else if (verdict !== 'passed') bad.other++;
      if (performance.now() - drawnAt > REDRAW_MS) draw();
    },
    around(write) {
      stderr.write(CLEAR);
      write();
      drawnAt = -Infinity;
    },
    end: () => void stderr.write(CLEAR),
  };
}
