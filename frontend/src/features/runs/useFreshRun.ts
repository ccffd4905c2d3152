import type { RunView } from '@rehearse/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { announce } from '../../ui/announcements.js';
import { runQuery } from './queries.js';
import type { RunFeed } from './run-feed.js';

const REFETCH_AT_MOST_EVERY_MS = 600;
const isOver = (run: RunView | undefined): boolean =>
  run?.status === 'finished' || run?.status === 'canceled';

/** Asks for the folded run again while its journal grows, and once more when it has ended. */
export function useFreshRun(run: RunView, feed: RunFeed): void {
  const client = useQueryClient();
  const { id } = run;
  const wasOver = isOver(run);
  useEffect(() => {
    if (wasOver) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = feed.snapshot().count;
    const refetch = async () => {
      timer = undefined;
      await client.invalidateQueries({ queryKey: runQuery(id).queryKey });
      const fresh = client.getQueryData(runQuery(id).queryKey);
      if (isOver(fresh))
        announce(
          `The run is over: ${fresh?.verdict ?? fresh?.status}`,
          fresh?.verdict === 'passed' ? 'good' : 'quiet',
        );
      else if (feed.snapshot().connection.state === 'ended')
        timer = setTimeout(() => void refetch(), REFETCH_AT_MOST_EVERY_MS);
    };
    const leave = feed.subscribe(() => {
      const { count } = feed.snapshot();
      if (count === seen) return;
      seen = count;
      timer ??= setTimeout(() => void refetch(), REFETCH_AT_MOST_EVERY_MS);
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [client, feed, id, wasOver]);
}
