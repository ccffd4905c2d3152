import type { RunDiff, RunDiffStep, RunStatus, RunSummary } from '@rehearse/contracts';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../api/index.js';
import { isOver } from '../run-opening.js';
import type { DiffSearch, Pair } from './search.js';

type Ignore = DiffSearch['ignore'];
const LIVE_POLL_MS = 2_000;

const isLive = ({ status }: { status: RunStatus }): boolean => !isOver({ status });

/** Which steps differ; what is in them comes one by one. A run that goes on is asked for again. */
export const diffQuery = ({ a, b, ignore }: Pair & { ignore: Ignore }) =>
  queryOptions({
    queryKey: ['runs', 'diff', a, b, ignore ?? 'volatile'],
    queryFn: ({ signal }) =>
      api.get<RunDiff>(`/runs/${a}/diff/${b}`, { query: { ignore, contents: 'none' }, signal }),
    // Of the same runs with other masks; the steps of other runs would lead nowhere.
    placeholderData: (before, query) =>
      query?.queryKey[2] === a && query.queryKey[3] === b ? before : undefined,
    refetchInterval: ({ state: { data } }) =>
      data && (isLive(data.runs.a) || isLive(data.runs.b)) ? LIVE_POLL_MS : false,
  });

interface StepOfPair extends Pair {
  seqA: number | undefined;
  seqB: number | undefined;
  ignore: Ignore;
  /** How far the runs were when the step was listed; it may have grown since. */
  until: string;
}

export const diffStepQuery = ({ a, b, seqA, seqB, ignore, until }: StepOfPair) =>
  queryOptions({
    queryKey: ['runs', 'diff', a, b, ignore ?? 'volatile', 'step', seqA ?? null, seqB ?? null, until],
    queryFn: ({ signal }) =>
      api.get<RunDiffStep>(`/runs/${a}/diff/${b}/step`, { query: { seqA, seqB, ignore }, signal }),
  });

interface Likely extends Pick<RunSummary, 'graph' | 'caseId'> {
  id: string;
}

/** The run that passed last of the same case, but for the run itself; null when none did. */
export const lastPassingQuery = ({ id, graph, caseId }: Likely) =>
  queryOptions({
    queryKey: ['runs', 'last-passing', graph, caseId, id],
    queryFn: async ({ signal }) => {
      const query = { graph, case: caseId, verdict: 'passed', limit: 2 };
      const { items } = await api.get<{ items: RunSummary[] }>('/runs', { query, signal });
      return items.find((run) => run.id !== id) ?? null;
    },
  });
