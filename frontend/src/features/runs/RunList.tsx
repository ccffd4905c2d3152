import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import { runsQuery, tidy, type RunFilters } from './queries.js';
import { RunTable } from './RunTable.js';
import { useLiveRuns } from './useLiveRuns.js';

interface RunListProps {
  filters: RunFilters;
  emptyTitle?: string;
  /** Offered when filters leave nothing. */
  clear?: ReactNode;
}

/** The runs that fit, newest first, kept up to date. */
export function RunList({ filters, emptyTitle = 'No run yet', clear }: RunListProps) {
  const runs = useInfiniteQuery(runsQuery(filters));
  useLiveRuns(filters);
  const items = runs.data?.pages.flatMap((page) => page.items) ?? [];
  if (runs.error && !runs.data) return <ErrorPanel error={runs.error} onRetry={() => void runs.refetch()} />;
  if (runs.isPending) return <Loading lines={8} />;
  if (items.length === 0 && clear && Object.keys(tidy(filters)).length > 0)
    return (
      <EmptyState icon={IconPlayerPlay} title="No run fits these filters" action={clear}>
        Widen or clear them to see more.
      </EmptyState>
    );
  if (items.length === 0)
    return (
      <EmptyState
        icon={IconPlayerPlay}
        title={emptyTitle}
        command="rehearse import trajectories runs.json --format tau-bench"
      >
        Open a graph and press Run, or bring in recordings of conversations that have happened.
      </EmptyState>
    );
  return (
    <>
      <RunTable runs={items} label="Runs, newest first" />
      {runs.hasNextPage && (
        <Button
          m="sm"
          variant="default"
          loading={runs.isFetchingNextPage}
          onClick={() => void runs.fetchNextPage()}
        >
          Load more
        </Button>
      )}
    </>
  );
}
