import type { ForkTree, ReplayAnswer, ReplayRequest, RunOrigins, RunView } from '@rehearse/contracts';
import { queryOptions } from '@tanstack/react-query';
import { api, pollMs } from '../../../api/index.js';
import { isOver } from '../run-opening.js';

export const replay = (runId: string, request: ReplayRequest) =>
  api.post<ReplayAnswer>(
    `/user-testing/runs/${runId}/replay${request.mode === 'compare' ? '?all=true' : ''}`,
    request,
  );

const FORKS_POLL_MS = 2_000;

export const forksQuery = (runId: string) =>
  queryOptions({
    queryKey: ['runs', 'forks', runId],
    queryFn: ({ signal }) => api.get<ForkTree>(`/runs/${runId}/forks`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ run }) => !isOver(run)) ? pollMs(state, FORKS_POLL_MS) : false,
  });

/** Where the answers of a fork came from: told anew when it has ended. */
export const originsQuery = ({ id, status }: Pick<RunView, 'id' | 'status'>) =>
  queryOptions({
    queryKey: ['runs', 'origins', id, isOver({ status })],
    queryFn: ({ signal }) => api.get<RunOrigins>(`/runs/${id}/origins`, { signal }),
  });
