import type { RunView } from '@rehearse/contracts';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { announce } from '../../ui/announcements.js';
import { backoffMs } from './backoff.js';
import { runQuery } from './queries.js';
import type { RunFeed } from './run-feed.js';
import { isOver } from './run-opening.js';

const REFETCH_AT_MOST_EVERY_MS = 600;

/** Asks for the folded run again while its journal grows or comes back, and until it has ended as its journal has. */
export function useFreshRun(run: RunView, feed: RunFeed): void {
  const client = useQueryClient();
  const { id } = run;
  const wasOver = isOver(run);
  useEffect(() => (wasOver ? undefined : keepFresh({ id, feed, client })), [client, feed, id, wasOver]);
}

function keepFresh({ id, feed, client }: { id: string; feed: RunFeed; client: QueryClient }): () => void {
  const { queryKey } = runQuery(id);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen = feed.snapshot().count;
  let wasOffline = false;
  let attempts = 0;
  let isLeft = false;
  const soon = () => {
    const firstMs = REFETCH_AT_MOST_EVERY_MS;
    timer ??= setTimeout(() => void refetch(), attempts === 0 ? firstMs : backoffMs(attempts, { firstMs }));
  };
  const refetch = async () => {
    timer = undefined;
    await client.invalidateQueries({ queryKey });
    if (isLeft) return;
    const fresh = client.getQueryData(queryKey);
    if (fresh && isOver(fresh)) return sayHow(fresh);
    attempts += 1;
    if (feed.snapshot().connection.state === 'ended') soon();
  };
  const leave = feed.subscribe(() => {
    const { count, connection } = feed.snapshot();
    const isBack = wasOffline && connection.state === 'live';
    const hasGrown = count > seen;
    seen = count;
    wasOffline = connection.state === 'offline' || (wasOffline && !isBack);
    if (!hasGrown && !isBack) return;
    attempts = 0;
    soon();
  });
  return () => {
    isLeft = true;
    clearTimeout(timer);
    leave();
  };
}

function sayHow({ verdict, status }: RunView): void {
  announce(`The run is over: ${verdict ?? status}`, verdict === 'passed' ? 'good' : 'quiet');
}
