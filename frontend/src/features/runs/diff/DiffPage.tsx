import { Button } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import type { RunDiff } from '@rehearse/contracts';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { EmptyState } from '../../../ui/EmptyState.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { Loading } from '../../../ui/Loading.js';
import { PageHeader } from '../../../ui/PageHeader.js';
import { DiffChecks } from './DiffChecks.js';
import { DiffHeader } from './DiffHeader.js';
import { DiffMatrix } from './DiffMatrix.js';
import classes from './DiffPage.module.css';
import { DiffStep } from './DiffStep.js';
import { DiffSteps } from './DiffSteps.js';
import { DiffSummary, STEPS_ID } from './DiffSummary.js';
import { marksOf, standingsOf, type Marks } from './diff-matrix.js';
import { selectedOf } from './diff-rows.js';
import { diffQuery } from './queries.js';
import { othersOf, pairOf, type DiffSearch, type Pair } from './search.js';

const route = getRouteApi('/inside/diff/$pair');

export function DiffPage() {
  const { pair } = route.useParams();
  const runs = pairOf(pair);
  if (!runs) return <NoPair />;
  return <Comparison key={runs.a} pair={runs} />;
}

function NoPair() {
  return (
    <>
      <PageHeader title="Compare runs" />
      <EmptyState
        icon={IconGitCompare}
        title="This address names no two runs"
        action={
          <Button component={Link} to="/runs">
            Choose a run
          </Button>
        }
        command="rehearse diff a.jsonl b.jsonl"
      >
        It looks like <code>/diff/‹baseline›...‹run›</code>.
      </EmptyState>
    </>
  );
}

function Comparison({ pair }: { pair: Pair }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(diffQuery({ ...pair, ignore: search.ignore }));
  const others = othersOf(pair, search);
  const standings = standingsOf(useDiffs(pair.a, { others, ignore: search.ignore }));
  const set = useCallback(
    (change: Partial<DiffSearch>) =>
      void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  if (query.error && !query.data)
    return (
      <>
        <PageHeader title="Compare runs" crumbs={<Link to="/runs">Runs</Link>} />
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
      </>
    );
  if (!query.data)
    return (
      <>
        <PageHeader title="Compare runs" crumbs={<Link to="/runs">Runs</Link>} />
        <Loading lines={10} label="Comparing the runs" />
      </>
    );
  return (
    <>
      <DiffHeader pair={pair} diff={query.data} search={search} others={others} onChange={set} />
      {others.length > 1 && <DiffMatrix pair={pair} search={search} others={others} standings={standings} />}
      <DiffSummary diff={query.data} search={search} isFetching={query.isPlaceholderData} onChange={set} />
      <DiffChecks diff={query.data} pair={pair} />
      <Steps
        diff={query.data}
        pair={pair}
        search={search}
        more={standings.filter(({ runId }) => runId !== pair.b)}
        onChange={set}
      />
    </>
  );
}

interface Compared {
  runId: string;
  diff: RunDiff;
}

/** The diffs of all runs with the baseline that are there by now. */
function useDiffs(
  a: string,
  { others, ignore }: { others: readonly string[]; ignore: DiffSearch['ignore'] },
): Compared[] {
  const queries = useQueries({ queries: others.map((b) => diffQuery({ a, b, ignore })) });
  return others.flatMap((runId, index) => {
    const diff = queries[index]?.data;
    return diff ? [{ runId, diff }] : [];
  });
}

interface StepsProps {
  diff: RunDiff;
  pair: Pair;
  search: DiffSearch;
  /** The other runs against the same baseline. */
  more: readonly Compared[];
  onChange: (change: Partial<DiffSearch>) => void;
}

const MARKS = new WeakMap<RunDiff, Marks>();

/** Made once for each answer of the server: a list of ten thousand steps asks with every row. */
function marksIn(diff: RunDiff): Marks {
  const made = MARKS.get(diff) ?? marksOf(diff.steps);
  MARKS.set(diff, made);
  return made;
}

/** The steps on the left, what differs in the one that is looked at on the right. */
function Steps({ diff, pair, search, more, onChange }: StepsProps) {
  const { node, attempt } = search;
  const selected = useMemo(() => selectedOf(diff, { node, attempt }), [diff, node, attempt]);
  const step = diff.steps[selected];
  const others = more.map((one) => ({ runId: one.runId, marks: marksIn(one.diff) }));
  return (
    <div className={classes.panes} id={STEPS_ID}>
      <DiffSteps diff={diff} others={others} search={search} selected={selected} onChange={onChange} />
      <DiffStep diff={diff} pair={pair} step={step} ignore={search.ignore} />
    </div>
  );
}
