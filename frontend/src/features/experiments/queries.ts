import type {
  BaselineView,
  ExperimentComparison,
  ExperimentMetrics,
  ExperimentSummary,
  ExperimentView,
} from '@rehearse/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pollMs } from '../../api/index.js';

const POLL_MS = 1_500;
const IDLE_POLL_MS = 10_000;

export const experimentsQuery = (graph?: string) =>
  infiniteQueryOptions({
    queryKey: ['experiments', 'list', graph ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.get<{ items: ExperimentSummary[]; nextCursor: string | null }>('/experiments', {
        query: { graph, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // Nothing tells of an experiment that was started elsewhere.
    refetchInterval: ({ state }) => {
      const isGoingOn = state.data?.pages.some((page) =>
        page.items.some((item) => item.status !== 'finished'),
      );
      return pollMs(state, isGoingOn ? POLL_MS : IDLE_POLL_MS);
    },
  });

export const experimentQuery = (id: string) =>
  queryOptions({
    queryKey: ['experiments', 'one', id],
    queryFn: ({ signal }) => api.get<ExperimentView>(`/experiments/${id}`, { signal }),
    refetchInterval: ({ state }) =>
      state.data && state.data.status !== 'finished' ? pollMs(state, POLL_MS) : false,
  });

/** Asked for anew as more of its runs have ended. */
export const metricsQuery = ({ id, progress }: Pick<ExperimentSummary, 'id' | 'progress'>) =>
  queryOptions({
    queryKey: ['experiments', 'metrics', id, progress.finished],
    queryFn: ({ signal }) => api.get<ExperimentMetrics>(`/experiments/${id}/metrics`, { signal }),
    placeholderData: keepPreviousData,
  });

export const baselinesQuery = (graph: string) =>
  queryOptions({
    queryKey: ['experiments', 'baselines', graph],
    queryFn: ({ signal }) =>
      api.get<{ items: BaselineView[] }>('/experiments/baselines', { query: { graph }, signal }),
  });

/** What has not ended yet is compared as far as it is, and again as it goes on. */
export const comparisonQuery = ({ a, b }: { a: string; b: string }) =>
  queryOptions({
    queryKey: ['experiments', 'comparison', a, b],
    queryFn: ({ signal }) =>
      api.get<ExperimentComparison>(`/experiments/${encodeURIComponent(a)}/compare/${b}`, { signal }),
    refetchInterval: ({ state }) => {
      const both = state.data && [state.data.baseline, state.data.candidate];
      return both?.some(({ status }) => status !== 'finished') ? pollMs(state, POLL_MS) : false;
    },
  });
