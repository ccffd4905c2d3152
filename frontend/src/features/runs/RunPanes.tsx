import { IconHistory, IconZoomCancel } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { count } from '../../ui/format.js';
import { Loading } from '../../ui/Loading.js';
import { Panel } from '../../ui/Panel.js';
import note from '../../ui/note.module.css';
import { AssertionsTab } from './AssertionsTab.js';
import { ContractsTab } from './ContractsTab.js';
import { ForksTab } from './replay/ForksTab.js';
import type { RunFeed } from './run-feed.js';
import { ComplianceTab } from './reports/ComplianceTab.js';
import { rangeOf, within, type SeqRange } from './run-range.js';
import { RunGraphTab } from './RunGraphTab.js';
import { RunOverview } from './RunOverview.js';
import classes from './RunPanes.module.css';
import type { RunTab } from './search.js';
import { StepsTab } from './StepsTab.js';
import { useRunAt } from './useRunAt.js';

const route = getRouteApi('/inside/runs/$id');

interface RunPanesProps {
  run: RunView;
  feed: RunFeed;
  tab: Exclude<RunTab, 'log'>;
  /** Where in the journal the reader stands; at its end without it. */
  seq: number | undefined;
}

/** The panes of a run, as it was where the reader stands, and of that what falls into the stretch that is looked at. */
export function RunPanes({ run, feed, tab, seq }: RunPanesProps) {
  const { range: written } = route.useSearch();
  const range = useMemo(() => rangeOf(written), [written]);
  const { isPast, run: whole, error, retry } = useRunAt(run, seq);
  const shown = useMemo(() => whole && within(whole, range), [whole, range]);
  if (error) return <ErrorPanel error={error} onRetry={retry} />;
  if (!whole || !shown) return <Loading lines={8} label="Loading the state" />;
  return (
    <>
      {(isPast || range) && <Standing seq={isPast ? seq : undefined} last={run.lastSeq} range={range} />}
      <Pane run={shown} whole={whole} current={run} feed={feed} tab={tab} />
    </>
  );
}

interface PaneProps extends Pick<RunPanesProps, 'run' | 'feed' | 'tab'> {
  whole: RunView;
  /** As it is now, wherever the reader stands. */
  current: RunView;
}

function Pane({ run, whole, current, feed, tab }: PaneProps) {
  const hasLess = { steps: 'step', assertions: 'assertion', contracts: 'contract' } as const;
  if (tab in hasLess) {
    const what = tab as keyof typeof hasLess;
    if (run[what].length === 0 && whole[what].length > 0) return <NothingHere what={hasLess[what]} />;
  }
  switch (tab) {
    case 'overview':
      return <RunOverview run={run} />;
    case 'steps':
      return <StepsTab run={run} feed={feed} />;
    case 'assertions':
      return <AssertionsTab run={run} current={current} />;
    case 'contracts':
      return <ContractsTab run={run} feed={feed} />;
    case 'compliance':
      return <ComplianceTab run={current} isPast={whole !== current} />;
    case 'graph':
      return <RunGraphTab run={run} />;
    case 'forks':
      return <ForksTab run={current} />;
    default:
      return tab satisfies never;
  }
}

function NothingHere({ what }: { what: string }) {
  return (
    <Panel flush>
      <EmptyState icon={IconZoomCancel} title={`No ${what} in this stretch of the journal`}>
        Widen it in the timeline, or show all.
      </EmptyState>
    </Panel>
  );
}

interface StandingProps {
  seq: number | undefined;
  last: number;
  range: SeqRange | null;
}

/** Says that what is below is not all, or not the end; the timeline leads back. */
function Standing({ seq, last, range }: StandingProps) {
  return (
    <p className={note.note} role="status">
      <IconHistory size={16} aria-hidden />
      <span className={classes.words}>
        {seq !== undefined && (
          <>
            As the run was after <strong>seq {count(seq)}</strong> of {count(last)}.{' '}
          </>
        )}
        {range && (
          <>
            Only what falls into{' '}
            <strong>
              seq {count(range.from)} to {count(range.to)}
            </strong>
            .
          </>
        )}
      </span>
    </p>
  );
}
