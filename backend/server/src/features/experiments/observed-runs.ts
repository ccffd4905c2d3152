import { looseIn, type Loose, observe, type Observed } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/http/index.js';
import { RunsService } from '../runs/index.js';

export interface Seen {
  observed: Observed;
  /** Of a rerun; what it let loose. */
  loose: Loose | undefined;
}

const MOST_KEPT = 4_000;

/** What ended runs did, kept for whoever looks again: a journal that has ended does not change. */
@Injectable()
export class ObservedRuns {
  private readonly kept = new Map<string, Seen>();

  constructor(private readonly runs: RunsService) {}

  async see(principal: Pick<Principal, 'tenantId'>, runId: string): Promise<Seen> {
    const key = `${principal.tenantId} ${runId}`;
    const known = this.kept.get(key);
    if (known) return known;
    const { events } = await this.runs.withJournal(principal, runId);
    const seen = { observed: observe(events), loose: looseIn(events) };
    this.kept.set(key, seen);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT) this.kept.delete(oldest!);
    return seen;
  }
}
