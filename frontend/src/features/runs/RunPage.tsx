import type { ReplayRequest, RunView } from '@rehearse/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { count } from '../../ui/format.js';
import { LinkTabs, type TabItem } from '../../ui/LinkTabs.js';
import { Loading } from '../../ui/Loading.js';
import { PageProblem } from '../../ui/PageProblem.js';
import { ConnectionState } from './ConnectionState.js';
import { Decisions } from './Decisions.js';
import { RunControls } from './RunControls.js';
import { runQuery } from './queries.js';
import { ForkBanner } from './replay/ForkBanner.js';
import { forksQuery, replay as replayRun } from './replay/queries.js';
import { ReplayPanel } from './replay/ReplayPanel.js';
import { Replays } from './replay/Replays.js';
import { RunHeader } from './RunHeader.js';
import { RunLog } from './RunLog.js';
import { RunPanes } from './RunPanes.js';
import { RunTimeline } from './RunTimeline.js';
import { openingTab, seqOfHash } from './run-opening.js';
import { useFreshRun } from './useFreshRun.js';
import { useRunAt } from './useRunAt.js';
import { useRunFeed } from './useRunFeed.js';
import { useRunKeys } from './useRunKeys.js';

const route = getRouteApi('/inside/runs/$id');

export function RunPage() {
  const { id } = route.useParams();
  const query = useQuery(runQuery(id));
  if (query.error && !query.data)
    return (
      <PageProblem
        what="run"
        crumbs={<Link to="/runs">Runs</Link>}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <Loading lines={8} label="Loading the run" />;
  return <RunDetails key={id} run={query.data} />;
}

function RunDetails({ run }: { run: RunView }) {
  const search = route.useSearch();
  const { hash } = useLocation();
  const seq = search.seq ?? seqOfHash(hash);
  const feed = useRunFeed(run.id, run.lastSeq);
  useFreshRun(run, feed);
  useRunKeys(run, seq);
  const replay = useMutation({
    mutationKey: ['replay', run.id],
    mutationFn: (request: ReplayRequest) => replayRun(run.id, request),
  });
  const forks = useQuery(forksQuery(run.id)).data?.items.length ?? 1;
  const checked = useRunAt(run, seq).run ?? run;
  // Where a page opens is decided once: a live run that ends must not change the tab under the reader.
  const [opening] = useState(() => openingTab({ run, seq }));
  const tab = search.tab ?? opening;
  return (
    <>
      <RunHeader
        run={run}
        onReplay={() => replay.mutate({ mode: 'strict' })}
        isReplaying={replay.isPending}
        connection={<ConnectionState feed={feed} run={run} />}
      />
      <RunControls run={run} />
      <ForkBanner run={run} />
      <ReplayPanel replay={replay} isCovered={search.replay !== undefined} />
      <Replays run={run} feed={feed} replay={replay} />
      <Decisions run={run} feed={feed} />
      <RunTimeline run={run} feed={feed} seq={seq} />
      <LinkTabs
        label="Run"
        current={tab}
        items={tabsOf(run, { checked, forks })}
        // A line of the log is left behind with the log; a place that the timeline was moved to is kept.
        drop={[...(tab === 'log' ? ['seq'] : []), 'q', 'type', 'level', 'follow']}
      />
      {tab === 'log' ? (
        <RunLog run={run} feed={feed} seq={seq} />
      ) : (
        <RunPanes run={run} feed={feed} tab={tab} seq={seq} />
      )}
    </>
  );
}

interface Told {
  /** The run as it was where the reader stands. */
  checked: RunView;
  forks: number;
}

function tabsOf(run: RunView, { checked, forks }: Told): TabItem[] {
  return [
    { key: 'overview', label: 'Overview' },
    { key: 'log', label: 'Log', badge: count(run.lastSeq) },
    { key: 'steps', label: 'Steps', badge: count(checked.steps.length) },
    { key: 'assertions', label: 'Assertions', ...checks(checked.assertions) },
    { key: 'contracts', label: 'Contracts', ...checks(checked.contracts) },
    { key: 'compliance', label: 'Compliance' },
    { key: 'graph', label: 'Graph' },
    { key: 'forks', label: 'Forks', ...(forks > 1 && { badge: forks }) },
  ];
}

function checks(results: { verdict: string }[]): Pick<TabItem, 'badge' | 'tone'> {
  const failed = results.filter((result) => result.verdict === 'failed').length;
  if (failed > 0) return { badge: `${failed} failed`, tone: 'bad' };
  return results.length > 0 ? { badge: results.length } : {};
}
