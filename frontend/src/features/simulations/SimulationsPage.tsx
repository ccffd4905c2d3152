import { Button } from '@mantine/core';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import type { SimulationView } from '@rehearse/contracts';
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
import { simulationsQuery } from './queries.js';

export function SimulationsPage() {
  const simulations = useInfiniteQuery(simulationsQuery());
  const items = simulations.data?.pages.flatMap((page) => page.items) ?? [];
  const start = (
    <Button
      renderRoot={(props) => <Link to="/simulations/new" {...props} />}
      leftSection={<IconPlus size={15} />}
    >
      New simulation
    </Button>
  );
  return (
    <>
      <PageHeader title="Simulations" actions={start} />
      {simulations.error && (
        <ErrorPanel error={simulations.error} onRetry={() => void simulations.refetch()} />
      )}
      <Panel flush>
        {simulations.isPending && <Loading />}
        {simulations.data && items.length === 0 && (
          <EmptyState icon={IconUsers} title="No simulation yet" action={start}>
            Personas talk with an agent: impatient, confused or hostile ones, or those that you describe. Each
            conversation is a run that can be watched.
          </EmptyState>
        )}
        {items.length > 0 && <SimulationTable items={items} />}
      </Panel>
      {simulations.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={simulations.isFetchingNextPage}
          onClick={() => void simulations.fetchNextPage()}
        >
          Load more
        </Button>
      )}
    </>
  );
}

function SimulationTable({ items }: { items: SimulationView[] }) {
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Simulations, newest first">
        <thead>
          <tr>
            <th>Simulation</th>
            <th>Status</th>
            <th className={table.wide}>Agent</th>
            <th className={table.wide}>Personas</th>
            <th className={table.end}>Ended</th>
            <th className={table.end}>Pass rate</th>
            <th className={table.wide}>Started</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <Link to="/simulations/$id" params={{ id: item.id }} className={table.rowLink}>
                  {item.label}
                </Link>
              </td>
              <td>
                <StatusBadge look={STATUSES[item.status]} />
              </td>
              <td className={table.wide}>
                {item.graph} <span className={table.muted}>{item.node}</span>
              </td>
              <td className={table.wide}>{item.personas.map(({ name }) => name).join(', ')}</td>
              <td className={table.end}>
                {item.progress.finished} of {item.progress.total}
              </td>
              <td className={table.end}>{percent(item.passRate.estimate)}</td>
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
