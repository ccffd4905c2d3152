import { Button } from '@mantine/core';
import { IconFlask2 } from '@tabler/icons-react';
import type { ExperimentSummary } from '@rehearse/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { percent } from '../../ui/format.js';
import { Loading } from '../../ui/Loading.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Panel } from '../../ui/Panel.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import table from '../../ui/table.module.css';
import { STATUSES } from '../../ui/tones.js';
import { experimentsQuery } from './queries.js';
import { RateWhisker } from './RateWhisker.js';

export function ExperimentsPage() {
  const experiments = useInfiniteQuery(experimentsQuery());
  const items = experiments.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title="Experiments" />
      {experiments.error && (
        <ErrorPanel error={experiments.error} onRetry={() => void experiments.refetch()} />
      )}
      <Panel flush>
        {experiments.isPending && <Loading />}
        {experiments.data && items.length === 0 && (
          <EmptyState
            icon={IconFlask2}
            title="No experiment yet"
            command="rehearse import trajectories runs.json --format tau-bench"
          >
            An experiment is many runs started together. Run a graph with repeats, or import recorded
            conversations.
          </EmptyState>
        )}
        {items.length > 0 && <ExperimentTable items={items} />}
      </Panel>
      {experiments.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={experiments.isFetchingNextPage}
          onClick={() => void experiments.fetchNextPage()}
        >
          Load more
        </Button>
      )}
    </>
  );
}

function ExperimentTable({ items }: { items: ExperimentSummary[] }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>Experiment</th>
            <th>Status</th>
            <th className={table.wide}>Graph</th>
            <th className={table.end}>Runs</th>
            <th className={table.end}>Pass rate</th>
            <th className={table.wide} style={{ width: '24%' }}>
              95 % interval
            </th>
            <th className={table.wide}>Started</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <Link to="/experiments/$id" params={{ id: item.id }} className={table.rowLink}>
                  {item.label}
                </Link>
                {item.kind === 'import' && <span className={table.muted}> imported</span>}
              </td>
              <td>
                <StatusBadge look={STATUSES[item.status]} />
              </td>
              <td className={table.wide}>
                {item.graph} <span className={`${table.muted} mono`}>v{item.graphVersion}</span>
              </td>
              <td className={table.end}>
                {item.status === 'running'
                  ? `${item.progress.finished} of ${item.progress.total}`
                  : item.progress.total}
              </td>
              <td className={table.end}>{percent(item.passRate.estimate)}</td>
              <td className={table.wide}>
                <RateWhisker rate={item.passRate} />
              </td>
              <td className={`${table.wide} ${table.muted}`}>
                <RelativeTime at={item.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
