import { Button, SegmentedControl } from '@mantine/core';
import { IconGitCompare, IconPlayerPlay } from '@tabler/icons-react';
import type { RunSummary, RunView } from '@rehearse/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState } from '../../../ui/EmptyState.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { shortId } from '../../../ui/format.js';
import { Loading } from '../../../ui/Loading.js';
import { PageHeader } from '../../../ui/PageHeader.js';
import { Panel } from '../../../ui/Panel.js';
import { SearchField } from '../../../ui/SearchField.js';
import { runQuery, runsQuery, type RunFilters } from '../queries.js';
import { Candidates } from './Candidates.js';
import classes from './PickRunPage.module.css';
import { lastPassingQuery } from './queries.js';
import { addressOf, type PickSearch } from './search.js';

const route = getRouteApi('/inside/diff');

/** Chooses what a run is compared with; the run that passed last of the same case is chosen already. */
export function PickRunPage() {
  const { of } = route.useSearch();
  return of === undefined ? <NoRun /> : <Picker key={of} id={of} />;
}

function NoRun() {
  return (
    <>
      <PageHeader title="Compare runs" crumbs={<Link to="/runs">Runs</Link>} />
      <Panel>
        <EmptyState
          icon={IconGitCompare}
          title="Which run is to be compared?"
          action={
            <Button component={Link} to="/runs" leftSection={<IconPlayerPlay size={15} />}>
              Choose a run
            </Button>
          }
          command="rehearse diff a.jsonl b.jsonl"
        >
          Open a run and choose Compare, or press <kbd>d</kbd> there.
        </EmptyState>
      </Panel>
    </>
  );
}

function Picker({ id }: { id: string }) {
  const run = useQuery(runQuery(id));
  if (run.error && !run.data) return <ErrorPanel error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return <Loading lines={8} label="Loading the run" />;
  return <Choice run={run.data} />;
}

const AMONG = [
  { value: 'case', label: 'Same case' },
  { value: 'graph', label: 'Same graph' },
  { value: 'all', label: 'All runs' },
];

/** Which runs are offered. A run of vars of its own has no case to share. */
function filtersOf(run: RunView, { among, q }: PickSearch): RunFilters {
  const words = q ? { q } : {};
  if (among === 'all') return words;
  if (among === 'graph' || run.caseId === null) return { ...words, graph: run.graph };
  return { ...words, graph: run.graph, case: run.caseId };
}

function Choice({ run }: { run: RunView }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [picked, setPicked] = useState<string | null>(null);
  const list = useInfiniteQuery(runsQuery(filtersOf(run, search)));
  const passing = useQuery(lastPassingQuery(run));
  const set = (change: Partial<PickSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false });
  const error = list.error ?? passing.error;
  if (error && !list.data) return <ErrorPanel error={error} onRetry={() => void list.refetch()} />;
  const listed = list.data?.pages.flatMap((page) => page.items) ?? [];
  const runs = offered(run, { listed, passing: search.q ? null : (passing.data ?? null) });
  const chosen = picked ?? passing.data?.id ?? runs[0]?.id ?? null;
  const isReady = list.data !== undefined && passing.data !== undefined;
  return (
    <>
      <PageHeader
        title="Choose a baseline"
        crumbs={
          <>
            <Link to="/runs">Runs</Link>
            <span aria-hidden>/</span>
            <Link to="/runs/$id" params={{ id: run.id }} search={{}}>
              {shortId(run.id)}
            </Link>
          </>
        }
        actions={<CompareButton chosen={isReady ? chosen : null} of={run.id} />}
      >
        <p className={classes.about}>
          Run <code>{shortId(run.id)}</code> of {run.graph}
          {run.caseId !== null && (
            <>
              , case <code>{run.caseId}</code>,
            </>
          )}{' '}
          is compared with the run that you choose.
        </p>
      </PageHeader>
      <Panel
        title="Baseline"
        aside={
          <>
            <SearchField
              value={search.q ?? ''}
              onSearch={(q) => set({ q: q || undefined })}
              label="Search runs"
              placeholder="Id, graph or case"
            />
            <SegmentedControl
              size="xs"
              aria-label="Runs to choose from"
              value={search.among ?? (run.caseId === null ? 'graph' : 'case')}
              onChange={(value) => set({ among: value === 'case' ? undefined : (value as 'graph' | 'all') })}
              data={run.caseId === null ? AMONG.slice(1) : AMONG}
            />
          </>
        }
        flush
      >
        {!isReady && <Loading lines={6} label="Loading runs" />}
        {isReady && runs.length === 0 && (
          <EmptyState
            icon={IconGitCompare}
            title="No other run fits"
            command={`rehearse run ${run.graph}.yaml`}
          >
            Run the case once more, or look among all runs.
          </EmptyState>
        )}
        {isReady && runs.length > 0 && (
          <Candidates runs={runs} chosen={chosen} best={passing.data?.id} onChoose={setPicked} />
        )}
        {list.hasNextPage && (
          <div className={classes.more}>
            <Button
              variant="default"
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              More runs
            </Button>
          </div>
        )}
      </Panel>
    </>
  );
}

/** The run that passed last first, then the others, never the run itself. */
function offered(
  run: RunView,
  { listed, passing }: { listed: readonly RunSummary[]; passing: RunSummary | null },
): RunSummary[] {
  const others = listed.filter(({ id }) => id !== run.id && id !== passing?.id);
  return passing ? [passing, ...others] : others;
}

function CompareButton({ chosen, of }: { chosen: string | null; of: string }) {
  const icon = <IconGitCompare size={15} />;
  if (chosen === null)
    return (
      <Button leftSection={icon} disabled title="Choose a baseline first">
        Compare
      </Button>
    );
  return (
    <Button
      leftSection={icon}
      renderRoot={(props) => (
        <Link to="/diff/$pair" params={{ pair: addressOf({ a: chosen, b: of }) }} search={{}} {...props} />
      )}
    >
      Compare
    </Button>
  );
}
