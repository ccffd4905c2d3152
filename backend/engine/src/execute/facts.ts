import { FaultLedger } from '../chaos/ledger.js';
import type { KnownCall } from './chaos.js';
import { Memory } from './memory.js';

/** What a run knows beside the states of its nodes. */
export class RunFacts {
  /** Whether calls are kept also without a profile. */
  keepsCalls = false;
  /** The calls so far, in a run under chaos. */
  readonly calls: KnownCall[] = [];
  readonly faults = new FaultLedger();
  readonly memory = new Memory();
}
