import { Button } from '@mantine/core';
import { IconDownload, IconGitCompare, IconPlayerPlay, IconSitemap } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../api/index.js';
import { useCan } from '../access/index.js';
import { CopyButton } from '../../ui/CopyButton.js';
import { Digest } from '../../ui/Digest.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Facts } from '../../ui/Facts.js';
import { count, duration, shortId, usd } from '../../ui/format.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { runLook } from '../../ui/tones.js';
import { ReplayMenu } from './replay/ReplayMenu.js';
import { isOver } from './run-opening.js';
import { RunProgress } from './RunProgress.js';
import { useDownload } from './useDownload.js';

interface RunHeaderProps {
  run: RunView;
  onReplay: () => void;
  isReplaying: boolean;
  connection: ReactNode;
}

export function RunHeader({ run, onReplay, isReplaying, connection }: RunHeaderProps) {
  const look = runLook(run);
  const isDone = isOver(run);
  const download = useDownload({
    path: `/runs/${run.id}/cassette`,
    name: `${run.graph}-${run.caseId ?? 'run'}-${shortId(run.id)}.jsonl`,
  });
  const rerun = useRerun(run);
  const mayWrite = useCan('write');
  const why = isDone ? undefined : 'When the run is over';
  const actions = (
    <>
      {isDone && mayWrite && (
        <Button
          renderRoot={(props) => <Link to="/graphs/new" search={{ from: 'run', run: run.id }} {...props} />}
          variant="default"
          leftSection={<IconSitemap size={15} />}
          title="A graph whose mocks give what was recorded here"
        >
          New graph
        </Button>
      )}
      <Button
        renderRoot={(props) => <Link to="/diff" search={{ of: run.id }} {...props} />}
        variant="default"
        leftSection={<IconGitCompare size={15} />}
        title="With the last passing run of this case, or another  (d)"
      >
        Compare
      </Button>
      <Button
        variant="default"
        leftSection={<IconDownload size={15} />}
        disabled={!isDone}
        title={why}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        Cassette
      </Button>
      <Button
        variant="default"
        leftSection={<IconPlayerPlay size={15} />}
        disabled={!mayWrite || run.imported}
        title={
          run.imported
            ? 'A recording that was imported cannot be executed'
            : 'Live: a new run with the same inputs'
        }
        loading={rerun.isPending}
        onClick={() => rerun.mutate()}
      >
        Re-run
      </Button>
      <ReplayMenu run={run} isReplaying={isReplaying} onReplay={onReplay} />
    </>
  );
  return (
    <PageHeader
      title={`Run ${shortId(run.id)} of ${run.graph}`}
      heading={
        <>
          <StatusBadge look={look} size="lg" />
          <span className="mono" title={run.id}>
            {shortId(run.id)}
          </span>
          <CopyButton value={run.id} label="Copy the run id" />
        </>
      }
      crumbs={
        <>
          <Link to="/runs">Runs</Link>
          <span aria-hidden>/</span>
          <Link to="/graphs/$graph" params={{ graph: run.graph }} search={{ version: run.graphVersion }}>
            {run.graph} v{run.graphVersion}
          </Link>
          {run.experiment && (
            <>
              <span aria-hidden>/</span>
              <Link to="/experiments/$id" params={{ id: run.experiment }}>
                experiment
              </Link>
            </>
          )}
        </>
      }
      actions={actions}
    >
      <Facts items={factsOf(run, connection)} />
      {[download.error, rerun.error].map((error) => error && <ErrorPanel key={error.name} error={error} />)}
    </PageHeader>
  );
}

function factsOf(run: RunView, connection: ReactNode): [string, ReactNode][] {
  return [
    ['Case', run.caseId ? `${run.caseId}${run.repeat > 0 ? ` #${run.repeat}` : ''}` : 'own vars'],
    ['Seed', run.seed],
    ...(run.chaos ? [['Chaos', run.chaos] as [string, ReactNode]] : []),
    ...(run.live || run.offline
      ? [['Calls', run.live ? 'live tools' : 'mocks only'] as [string, ReactNode]]
      : []),
    ...(isOver(run) ? [] : [['Progress', <RunProgress key="progress" run={run} />] as [string, ReactNode]]),
    ['Started', <RelativeTime key="at" at={run.startedAt ?? run.createdAt} />],
    ['Duration', duration(run.durationMs)],
    ['Cost', usd(run.costUsd)],
    ['Tokens', `${count(run.usage.inputTokens)} in, ${count(run.usage.outputTokens)} out`],
    ...(run.digest ? [['Digest', <Digest key="digest" value={run.digest} />] as [string, ReactNode]] : []),
    ['Journal', connection],
  ];
}

function useRerun(run: RunView) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const target = encodeURIComponent(`${run.graph}@${run.graphVersion}`);
      const { vars, seed, caseId, chaos, live, offline } = run;
      // Vars may have been given beside the case, in place of some of its own.
      const inputs = { ...(caseId && { caseId }), ...(chaos && { chaos }), vars };
      return api.post<{ run: { id: string } }>(`/runs/${target}/execute/async`, {
        ...inputs,
        seed,
        live,
        offline,
      });
    },
    onSuccess: (answer) => navigate({ to: '/runs/$id', params: { id: answer.run.id } }),
  });
}
