import type { ExperimentSummary, ExperimentView } from '@rehearse/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/index.js';

const POLL_MS = 1_500;

export const experimentsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['experiments', 'list'],
    queryFn: ({ pageParam, signal }) =>
      api.get<{ items: ExperimentSummary[]; nextCursor: string | null }>('/experiments', {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((item) => item.status !== 'finished'))
        ? POLL_MS
        : false,
  });

export const experimentQuery = (id: string) =>
  queryOptions({
    queryKey: ['experiments', 'one', id],
    queryFn: ({ signal }) => api.get<ExperimentView>(`/experiments/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data?.status === 'finished' ? false : POLL_MS),
  });
