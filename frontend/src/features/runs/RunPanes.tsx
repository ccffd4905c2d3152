import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHistory, IconZoomCancel } from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { count } from '../../ui/format.js';
import { Loading } from '../../ui/Loading.js';
import { Panel } from '../../ui/Panel.js';
import { AssertionsTab } from './AssertionsTab.js';
import { ContractsTab } from './ContractsTab.js';
import { runAtQuery } from './queries.js';
import type { RunFeed } from './run-feed.js';
import { rangeOf, within, type SeqRange } from './run-range.js';
import { RunGraphTab } from './RunGraphTab.js';
import { RunOverview } from './RunOverview.js';
import classes from './RunPanes.module.css';
import type { RunTab } from './search.js';
import { StepsTab } from './StepsTab.js';

const route = getRouteApi('/inside/runs/$id');
const REST_MS = 120;

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
  const isPast = seq !== undefined && seq < run.lastSeq;
  const [rested] = useDebouncedValue(isPast ? seq : null, REST_MS);
  const past = useQuery({ ...runAtQuery(run.id, rested ?? seq ?? 1), enabled: isPast });
  const whole = isPast ? past.data : run;
  const shown = useMemo(() => whole && within(whole, range), [whole, range]);
  if (past.error && isPast) return <ErrorPanel error={past.error} onRetry={() => void past.refetch()} />;
  if (!whole || !shown) return <Loading lines={8} label="Loading the state" />;
  return (
    <>
      {(isPast || range) && <Standing seq={isPast ? seq : undefined} last={run.lastSeq} range={range} />}
      <Pane run={shown} whole={whole} feed={feed} tab={tab} />
    </>
  );
}

interface PaneProps extends Pick<RunPanesProps, 'run' | 'feed' | 'tab'> {
  whole: RunView;
}

function Pane({ run, whole, feed, tab }: PaneProps) {
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
      return <AssertionsTab run={run} />;
    case 'contracts':
      return <ContractsTab run={run} feed={feed} />;
    case 'graph':
      return <RunGraphTab run={run} />;
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

/** Says that what is below is not all, or not the end, and leads back. */
function Standing({ seq, last, range }: StandingProps) {
  const navigate = route.useNavigate();
  return (
    <p className={classes.standing} role="status">
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
      <Button
        variant="default"
        onClick={() =>
          void navigate({
            search: (now) => ({ ...now, seq: undefined, range: undefined }),
            replace: true,
            resetScroll: false,
          })
        }
      >
        {seq === undefined ? 'Show all' : 'Back to the end'}
      </Button>
    </p>
  );
}
