import { canonicalJson } from '@rehearse/engine';
import type { RunSummary } from '@rehearse/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Log } from '../../platform/logging/index.js';
import { RunFeed } from './run-feed.js';
import type { RunFilters } from './run-filters.js';
import { RunsService } from './runs.service.js';

type Listener = (run: RunSummary) => void;

/** A list that someone looks at; all who look at the same one share it. */
interface LiveList {
  tenantId: string;
  filters: RunFilters;
  listeners: Set<Listener>;
  changed: Set<string>;
  /** Runs that were on it: when one stops matching, its viewers are told that too. */
  shown: LRUCache<string, true>;
  timer: NodeJS.Timeout | undefined;
  leave(): void;
}

/** Changes are gathered this long: a run that starts and ends at once is one message. */
const GATHER_MS = 100;
/** Ids of one query. */
const MAX_CHANGED = 500;
const MAX_SHOWN = 1_000;

/** Tells viewers of run lists which runs changed, with the same filters, by the same SQL, as the list itself. */
@Injectable()
export class RunLists {
  private readonly lists = new Map<string, LiveList>();
  private readonly log: Log;

  constructor(
    private readonly feed: RunFeed,
    private readonly runs: RunsService,
    log: Log,
  ) {
    this.log = log.named('runs');
    feed.onMissed(() => this.lists.forEach((list) => void this.lookAgain(list)));
  }

  /** Calls the listener for each run of the tenant that changes and matches, until the returned function is called. */
  follow({ tenantId, filters }: { tenantId: string; filters: RunFilters }, listener: Listener): () => void {
    const key = canonicalJson([tenantId, filters]);
    const list = this.lists.get(key) ?? this.openList(key, { tenantId, filters });
    list.listeners.add(listener);
    return () => {
      list.listeners.delete(listener);
      if (list.listeners.size === 0) this.closeList(key, list);
    };
  }

  private openList(key: string, { tenantId, filters }: { tenantId: string; filters: RunFilters }): LiveList {
    const list: LiveList = {
      tenantId,
      filters,
      listeners: new Set(),
      changed: new Set(),
      shown: new LRUCache({ max: MAX_SHOWN }),
      timer: undefined,
      leave: this.feed.followTenant(tenantId, (runId) => this.noticed(list, runId)),
    };
    this.lists.set(key, list);
    return list;
  }

  private closeList(key: string, list: LiveList): void {
    list.leave();
    clearTimeout(list.timer);
    this.lists.delete(key);
  }

  private noticed(list: LiveList, runId: string): void {
    list.changed.add(runId);
    list.timer ??= setTimeout(() => void this.flush(list), GATHER_MS);
  }

  /** Whatever is on it may have changed without our hearing of it. */
  private async lookAgain(list: LiveList): Promise<void> {
    try {
      const newest = await this.runs.newest(list.tenantId, list.filters);
      for (const id of [...list.shown.keys(), ...newest.map((run) => run.id)]) this.noticed(list, id);
    } catch (error) {
      this.log.warn('a list of runs missed an update', { tenantId: list.tenantId, error });
    }
  }

  private async flush(list: LiveList): Promise<void> {
    const ids = [...list.changed].slice(0, MAX_CHANGED);
    for (const id of ids) list.changed.delete(id);
    try {
      for (const run of await this.updatesOf(list, ids)) for (const listener of list.listeners) listener(run);
    } catch (error) {
      this.log.warn('a list of runs missed an update', { tenantId: list.tenantId, error });
    } finally {
      list.timer = undefined;
      if (list.changed.size > 0 && list.listeners.size > 0) this.noticed(list, [...list.changed][0]!);
    }
  }

  private async updatesOf(
    { tenantId, filters, shown }: LiveList,
    ids: readonly string[],
  ): Promise<RunSummary[]> {
    const matching = await this.runs.matching(tenantId, { ids, filters });
    const stillThere = new Set<string>(matching.map(({ id }) => id));
    const left = ids.filter((id) => shown.has(id) && !stillThere.has(id));
    const gone = await this.runs.matching(tenantId, { ids: left, filters: {} });
    for (const id of stillThere) shown.set(id, true);
    for (const { id } of gone) shown.delete(id);
    return [...matching, ...gone];
  }
}
