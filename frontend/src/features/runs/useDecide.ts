import type { DecisionRequest, RunView } from '@rehearse/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/index.js';
import { announce } from '../../ui/announcements.js';
import { runQuery } from './queries.js';

const WORDS = { approve: 'approved', modify: 'modified', reject: 'rejected' } as const;

/** Sends a decision; what the run is after it stands on the page at once. */
export function useDecide(runId: string, onDecided: () => void) {
  const client = useQueryClient();
  const { queryKey } = runQuery(runId);
  return useMutation({
    mutationFn: (request: DecisionRequest) =>
      api.post<{ run: RunView }>(`/user-testing/runs/${runId}/decisions`, request),
    onSuccess: ({ run }, { key, decision }) => {
      client.setQueryData(queryKey, run);
      announce(`${key} is ${WORDS[decision]}`, 'good');
      onDecided();
    },
    // A refusal often means that the page is behind: somebody else decided, or the time ran out.
    onError: () => client.invalidateQueries({ queryKey }),
  });
}
