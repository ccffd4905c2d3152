import type { RunView } from '@rehearse/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { LinkTabs, type TabItem } from '../../ui/LinkTabs.js';
import { Loading } from '../../ui/Loading.js';
import { AssertionsTab } from './AssertionsTab.js';
import { ConnectionState } from './ConnectionState.js';
import { ContractsTab } from './ContractsTab.js';
import { Decisions } from './Decisions.js';
import { RunControls } from './RunControls.js';
import { RunGraphTab } from './RunGraphTab.js';
import { replayStrict, runQuery } from './queries.js';
import { ReplayPanel } from './ReplayPanel.js';
import { RunHeader } from './RunHeader.js';
import { RunLog } from './RunLog.js';
import { RunOverview } from './RunOverview.js';
import { openingTab, seqOfHash } from './run-opening.js';
import { StepsTab } from './StepsTab.js';
import { useFreshRun } from './useFreshRun.js';
import { useRunFeed } from './useRunFeed.js';

const route = getRouteApi('/inside/runs/$id');

export function RunPage() {
  const { id } = route.useParams();
  const query = useQuery(runQuery(id));
  if (query.error && !query.data)
    return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={8} label="Loading the run" />;
  return <RunDetails key={id} run={query.data} />;
}

function RunDetails({ run }: { run: RunView }) {
  const search = route.useSearch();
  const { hash } = useLocation();
  const seq = search.seq ?? seqOfHash(hash);
  const feed = useRunFeed(run.id, run.lastSeq);
  useFreshRun(run, feed);
  const replay = useMutation({ mutationKey: ['replay', run.id], mutationFn: () => replayStrict(run.id) });
  // Where a page opens is decided once: a live run that ends must not change the tab under the reader.
  const [opening] = useState(() => openingTab({ run, seq }));
  const tab = search.tab ?? opening;
  return (
    <>
      <RunHeader
        run={run}
        onReplay={() => replay.mutate()}
        isReplaying={replay.isPending}
        connection={<ConnectionState feed={feed} />}
      />
      <RunControls run={run} />
      <ReplayPanel replay={replay} />
      <Decisions run={run} feed={feed} />
      <LinkTabs
        label="Run"
        current={tab}
        items={tabsOf(run)}
        drop={['seq', 'q', 'type', 'level', 'follow']}
      />
      {tab === 'overview' && <RunOverview run={run} />}
      {tab === 'log' && <RunLog run={run} feed={feed} seq={seq} />}
      {tab === 'steps' && <StepsTab run={run} feed={feed} />}
      {tab === 'assertions' && <AssertionsTab run={run} />}
      {tab === 'contracts' && <ContractsTab run={run} feed={feed} />}
      {tab === 'graph' && <RunGraphTab run={run} />}
    </>
  );
}

function tabsOf(run: RunView): TabItem[] {
  const assertions = checks(run.assertions);
  const contracts = checks(run.contracts);
  return [
    { key: 'overview', label: 'Overview' },
    { key: 'log', label: 'Log', badge: run.lastSeq },
    { key: 'steps', label: 'Steps', badge: run.steps.length },
    { key: 'assertions', label: 'Assertions', ...assertions },
    { key: 'contracts', label: 'Contracts', ...contracts },
    { key: 'graph', label: 'Graph' },
  ];
}

function checks(results: { verdict: string }[]): Pick<TabItem, 'badge' | 'tone'> {
  const failed = results.filter((result) => result.verdict === 'failed').length;
  if (failed > 0) return { badge: `${failed} failed`, tone: 'bad' };
  return results.length > 0 ? { badge: results.length } : {};
}
