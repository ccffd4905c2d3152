import { Button } from '@mantine/core';
import { IconPlus, IconSitemap } from '@tabler/icons-react';
import type { GraphListItem, RunVerdict } from '@rehearse/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { count } from '../../ui/format.js';
import { Loading } from '../../ui/Loading.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Panel } from '../../ui/Panel.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { SearchField } from '../../ui/SearchField.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import table from '../../ui/table.module.css';
import { VERDICTS } from '../../ui/tones.js';
import { graphsQuery } from './queries.js';

const route = getRouteApi('/inside/graphs');

export function GraphsPage() {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const graphs = useInfiniteQuery(graphsQuery(q));
  const items = graphs.data?.pages.flatMap((page) => page.items) ?? [];
  const add = (
    <Button component={Link} to="/graphs/new" leftSection={<IconPlus size={15} />}>
      New graph
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Graphs"
        actions={
          <>
            <SearchField
              value={q ?? ''}
              onSearch={(text) => void navigate({ search: { q: text || undefined }, replace: true })}
              label="Search graphs"
              placeholder="Search graphs"
            />
            {add}
          </>
        }
      />
      {graphs.error && <ErrorPanel error={graphs.error} onRetry={() => void graphs.refetch()} />}
      <Panel flush>
        {graphs.isPending && <Loading />}
        {graphs.data && items.length === 0 && q && (
          <EmptyState icon={IconSitemap} title={`No graph matches “${q}”`}>
            The search looks at names and descriptions.
          </EmptyState>
        )}
        {graphs.data && items.length === 0 && !q && (
          <EmptyState
            icon={IconSitemap}
            title="No graph yet"
            action={add}
            command="rehearse validate my-graph.yaml"
          >
            A graph says in YAML what an agent does step by step, and what it must and must not do.
          </EmptyState>
        )}
        {items.length > 0 && <GraphTable items={items} />}
      </Panel>
      {graphs.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={graphs.isFetchingNextPage}
          onClick={() => void graphs.fetchNextPage()}
        >
          Load more
        </Button>
      )}
    </>
  );
}

function GraphTable({ items }: { items: GraphListItem[] }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>Name</th>
            <th>Version</th>
            <th className={table.wide}>Description</th>
            <th className={`${table.wide} ${table.end}`}>Nodes</th>
            <th>Last verdict</th>
            <th className={table.end}>Runs</th>
            <th className={table.wide}>Last run</th>
          </tr>
        </thead>
        <tbody>
          {items.map((graph) => (
            <GraphRow key={graph.name} graph={graph} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GraphRow({ graph }: { graph: GraphListItem }) {
  const look = VERDICTS[graph.runs.lastVerdict as RunVerdict];
  return (
    <tr>
      <td>
        <Link to="/graphs/$graph" params={{ graph: graph.name }} className={table.rowLink}>
          {graph.name}
        </Link>
      </td>
      <td className="mono">v{graph.version}</td>
      <td className={`${table.wide} ${table.muted}`}>{graph.description ?? ''}</td>
      <td className={`${table.wide} ${table.end}`}>{count(graph.nodeCount)}</td>
      <td>{look ? <StatusBadge look={look} /> : <span className={table.muted}>none yet</span>}</td>
      <td className={table.end}>{count(graph.runs.total)}</td>
      <td className={`${table.wide} ${table.muted}`}>
        {graph.runs.lastRunAt ? <RelativeTime at={graph.runs.lastRunAt} /> : ''}
      </td>
    </tr>
  );
}
