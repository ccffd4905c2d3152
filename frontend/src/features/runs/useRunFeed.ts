import { useMemo, useState, useSyncExternalStore } from 'react';
import { browserPorts } from './feed-ports.js';
import { LogView, type LogCriteria, type LogRows } from './log-view.js';
import { RunFeed, type FeedSnapshot } from './run-feed.js';

const pace = {
  schedule: (work: () => void) => void requestAnimationFrame(work),
  now: () => performance.now(),
};

/** The feed of a run for as long as its page is open. */
export function useRunFeed(runId: string, lastSeq: number): RunFeed {
  const [feed, setFeed] = useState(() => ({ runId, feed: new RunFeed(browserPorts(runId), lastSeq) }));
  if (feed.runId === runId) return feed.feed;
  const next = { runId, feed: new RunFeed(browserPorts(runId), lastSeq) };
  setFeed(next);
  return next.feed;
}

export const useFeed = (feed: RunFeed): FeedSnapshot => useSyncExternalStore(feed.subscribe, feed.snapshot);

export function useLogRows(feed: RunFeed, criteria: LogCriteria): LogRows {
  const { q, type, node, problemsOnly = false, range } = criteria;
  const { from, to } = range ?? {};
  const view = useMemo(() => {
    const stretch = from !== undefined && to !== undefined ? { from, to } : null;
    return new LogView(feed, { criteria: { q, type, node, problemsOnly, range: stretch }, pace });
  }, [feed, q, type, node, problemsOnly, from, to]);
  return useSyncExternalStore(view.subscribe, view.snapshot);
}
