import type { RunAssertions, RunCompliance, RunView } from '@rehearse/contracts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../../api/index.js';
import { isOver } from '../run-opening.js';

const POLL_MS = 3_000;
type Reported = Pick<RunView, 'id' | 'status'>;

/** A report of a run that goes on is asked for again from time to time, and once more when it is over. */
const reportQuery = <T>({ id, status }: Reported, name: 'compliance' | 'assertions') =>
  queryOptions({
    queryKey: ['runs', 'report', name, id, isOver({ status })],
    queryFn: ({ signal }) => api.get<T>(`/user-testing/runs/${id}/${name}`, { signal }),
    refetchInterval: isOver({ status }) ? false : POLL_MS,
    placeholderData: keepPreviousData,
  });

export const complianceQuery = (run: Reported) => reportQuery<RunCompliance>(run, 'compliance');
export const assertionsQuery = (run: Reported) => reportQuery<RunAssertions>(run, 'assertions');
