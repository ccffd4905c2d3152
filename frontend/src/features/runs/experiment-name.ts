import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/index.js';

/** What an experiment is called. */
export const experimentNameQuery = (id: string) =>
  queryOptions({
    queryKey: ['experiments', 'name', id],
    queryFn: async () => (await api.get<{ label: string }>(`/experiments/${id}`)).label,
    staleTime: Infinity,
  });
