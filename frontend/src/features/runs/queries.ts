import type {
  JournalEntry,
  JournalEvent,
  JsonObject,
  RunEstimate,
  RunListQuery,
  RunSummary,
  RunView,
} from '@rehearse/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pollMs } from '../../api/index.js';

export type RunFilters = Omit<RunListQuery, 'limit' | 'cursor'>;
export interface RunPageView {
  items: RunSummary[];
  nextCursor: string | null;
}

/** The filters that say something, in one order, so that equal filters share one answer. */
export const tidy = (filters: RunFilters): RunFilters =>
  Object.fromEntries(
    Object.entries(filters)
      .filter(([, value]) => value !== undefined && value !== '')
      .sort(([a], [b]) => a.localeCompare(b)),
  );

export const runsQuery = (filters: RunFilters, limit?: number) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', tidy(filters), limit ?? 'page'],
    queryFn: ({ pageParam, signal }) =>
      api.get<RunPageView>('/runs', { query: { ...tidy(filters), limit, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => api.get<RunView>(`/runs/${id}`, { signal }),
    // No event tells that a run which waited for a place has one now.
    refetchInterval: ({ state }) => (state.data?.status === 'queued' ? pollMs(state, QUEUED_POLL_MS) : false),
  });

/** The run as it was after one event. What is journaled does not change. */
export const runAtQuery = (id: string, seq: number) =>
  queryOptions({
    queryKey: ['runs', 'at', id, seq],
    queryFn: ({ signal }) => api.get<RunView>(`/runs/${id}`, { query: { atSeq: seq }, signal }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

/** What came before a run does not change while it goes on. */
export const estimateQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'estimate', id],
    queryFn: ({ signal }) => api.get<RunEstimate>(`/runs/${id}/estimate`, { signal }),
    staleTime: Infinity,
  });

const QUEUED_POLL_MS = 1_000;

export const eventRange = async (request: { runId: string; after: number; limit: number }) => {
  const { runId, after, limit } = request;
  const page = await api.get<{ items: JournalEntry[] }>(`/runs/${runId}/events`, { query: { after, limit } });
  return Promise.all(page.items.map((entry) => withPayload(runId, entry)));
};

/** The event with what the list left to a blob. */
async function withPayload(runId: string, entry: JournalEntry): Promise<JournalEvent> {
  if (entry.blob === undefined) return entry;
  const { blob, ...event } = entry;
  const data = await api.get<JsonObject>(`/runs/${runId}/blobs/${blob.sha256}`);
  return { ...event, data } as unknown as JournalEvent;
}
