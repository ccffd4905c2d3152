import { Button } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import type { RunDiff } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { EmptyState } from '../../../ui/EmptyState.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { Loading } from '../../../ui/Loading.js';
import { PageHeader } from '../../../ui/PageHeader.js';
import { DiffChecks } from './DiffChecks.js';
import { DiffHeader } from './DiffHeader.js';
import classes from './DiffPage.module.css';
import { DiffStep } from './DiffStep.js';
import { DiffSteps } from './DiffSteps.js';
import { DiffSummary } from './DiffSummary.js';
import { selectedOf } from './diff-rows.js';
import { diffQuery } from './queries.js';
import { pairOf, type DiffSearch, type Pair } from './search.js';

const route = getRouteApi('/inside/diff/$pair');

export function DiffPage() {
  const { pair } = route.useParams();
  const runs = pairOf(pair);
  if (!runs) return <NoPair />;
  return <Compared key={pair} pair={runs} />;
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

function Compared({ pair }: { pair: Pair }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(diffQuery({ ...pair, ignore: search.ignore }));
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
      <DiffHeader pair={pair} diff={query.data} search={search} onChange={set} />
      <DiffSummary diff={query.data} search={search} isFetching={query.isPlaceholderData} onChange={set} />
      <DiffChecks diff={query.data} pair={pair} />
      <Steps diff={query.data} pair={pair} search={search} onChange={set} />
    </>
  );
}

interface StepsProps {
  diff: RunDiff;
  pair: Pair;
  search: DiffSearch;
  onChange: (change: Partial<DiffSearch>) => void;
}

/** The steps on the left, what differs in the one that is looked at on the right. */
function Steps({ diff, pair, search, onChange }: StepsProps) {
  const { node, attempt } = search;
  const selected = useMemo(() => selectedOf(diff, { node, attempt }), [diff, node, attempt]);
  const step = diff.steps[selected];
  return (
    <div className={classes.panes}>
      <DiffSteps diff={diff} search={search} selected={selected} onChange={onChange} />
      <DiffStep diff={diff} pair={pair} step={step} ignore={search.ignore} />
    </div>
  );
}
