import type { HistoryViewEnvelope, HistoryViewList } from '@rehearse/contracts';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../api/index.js';
import type { RunsSearch } from '../search.js';

const PATH = '/user-testing/runs/history/views';

export const viewsQuery = () =>
  queryOptions({
    queryKey: ['runs', 'views'],
    queryFn: ({ signal }) => api.get<HistoryViewList>(PATH, { signal }),
  });

export const saveView = (view: { name: string; filters: RunsSearch; shared: boolean }) =>
  api.post<HistoryViewEnvelope>(PATH, view);

export const deleteView = (id: string) => api.delete(`${PATH}/${id}`);
