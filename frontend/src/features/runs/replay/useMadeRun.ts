import type { ReplayRequest } from '@rehearse/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { replay } from './queries.js';

type Making = Extract<ReplayRequest, { mode: 'fork' | 'chaos' }>;

/** Makes a run of another one, goes to it as soon as it is there, and watches it there. */
export function useMadeRun(runId: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (request: Making) => replay(runId, { ...request, wait: 0 }),
    onSuccess: async (answer) => {
      void client.invalidateQueries({ queryKey: ['runs', 'forks'] });
      // The dialog is not a place to come back to.
      const closed = (now: object) => ({ ...now, replay: undefined, at: undefined });
      await navigate({ to: '.', search: closed as never, replace: true });
      await navigate({ to: '/runs/$id', params: { id: answer.run.id } });
    },
  });
}
