import type { RunSummary } from '@rehearse/contracts';
import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { runsSocket, type RunsSocket } from '../../api/index.js';
import { tidy, type RunFilters, type RunPageView } from './queries.js';

const LISTS = ['runs', 'list'];
const REFETCH_AT_MOST_EVERY_MS = 1_000;
export type LiveState = 'connecting' | 'live' | 'offline';

/** Keeps the lists of runs true while they are looked at. */
export function useLiveRuns(filters: RunFilters): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  // A run must be heard of when it stops fitting too, so what changes in its life is not asked for.
  const { status: _status, verdict: _verdict, q: _q, ...lasting } = filters;
  const asked = JSON.stringify(tidy(lasting));
  useEffect(() => {
    let stop = () => {};
    let isGone = false;
    const start = async () => {
      const socket = await runsSocket();
      if (!isGone) stop = watch(socket, { client, asked: JSON.parse(asked) as RunFilters, setState });
    };
    void start();
    return () => {
      isGone = true;
      stop();
    };
  }, [client, asked]);
  return state;
}

interface Watch {
  client: QueryClient;
  asked: RunFilters;
  setState: (state: LiveState) => void;
}

function watch(socket: RunsSocket, { client, asked, setState }: Watch): () => void {
  const refetch = atMostEvery(() => void client.invalidateQueries({ queryKey: LISTS }));
  const subscribe = (why: 'first' | 'again') =>
    socket.emit('subscribe', { list: asked }, (answer) => {
      setState(answer.ok ? 'live' : 'offline');
      if (why === 'again') refetch.soon();
    });
  const again = () => subscribe('again');
  const lost = () => setState('offline');
  const updated = ({ run }: { run: RunSummary }) => {
    if (!patch(client, run)) refetch.soon();
  };
  socket.on('connect', again);
  socket.on('disconnect', lost);
  socket.on('run.updated', updated);
  if (socket.connected) subscribe('first');
  return () => {
    refetch.cancel();
    socket.off('connect', again);
    socket.off('disconnect', lost);
    socket.off('run.updated', updated);
    if (socket.connected) socket.emit('unsubscribe', { list: true });
  };
}

/** Puts the run in its place in every list that has it; says whether the lists are right with that. */
function patch(client: QueryClient, run: RunSummary): boolean {
  let isKnown = false;
  client.setQueriesData<InfiniteData<RunPageView>>({ queryKey: LISTS }, (lists) => {
    if (!lists?.pages.some((page) => page.items.some((item) => item.id === run.id))) return lists;
    isKnown = true;
    const pages = lists.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.id === run.id ? run : item)),
    }));
    return { ...lists, pages };
  });
  return isKnown && run.status === 'running';
}

function atMostEvery(work: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, REFETCH_AT_MOST_EVERY_MS);
    },
    cancel: () => clearTimeout(timer),
  };
}
