import type { GraphView } from '@rehearse/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/index.js';
import type { Start } from './run-request.js';

/** Starts what was asked for on this version, and goes to watch it. */
export function useStart(graph: GraphView) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const target = `${graph.name}@${graph.version}`;
  return useMutation({
    mutationFn: async (start: Start) => {
      if (start.kind === 'experiment') {
        const body = { graph: target, ...start.request };
        const { experiment } = await api.post<{ experiment: { id: string } }>('/experiments', body);
        return { kind: start.kind, id: experiment.id };
      }
      const path = `/runs/${encodeURIComponent(target)}/execute/async`;
      const { run } = await api.post<{ run: { id: string } }>(path, start.request);
      return { kind: start.kind, id: run.id };
    },
    onSuccess: async ({ kind, id }) => {
      void client.invalidateQueries({ queryKey: ['runs', 'list'] });
      if (kind === 'run') await navigate({ to: '/runs/$id', params: { id } });
      else await navigate({ to: '/experiments/$id', params: { id } });
    },
  });
}
