import type { RunView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useCan } from '../../access/index.js';
import { Dialog } from '../../../ui/Dialog.js';
import type { RunFeed } from '../run-feed.js';
import { isOver } from '../run-opening.js';
import type { RunSearch } from '../search.js';
import { ChaosDialog } from './ChaosDialog.js';
import { CompareDialog } from './CompareDialog.js';
import { ForkDialog } from './ForkDialog.js';
import { RegradeDialog } from './RegradeDialog.js';
import type { Replay } from './ReplayPanel.js';
import { whyNotReplay } from './replay-modes.js';

const route = getRouteApi('/inside/runs/$id');

/** The dialog that `?replay=` of the address asks for, at the place of `at`. */
export function Replays({ run, feed, replay }: { run: RunView; feed: RunFeed; replay: Replay }) {
  const { replay: mode, at } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useCan('write');
  const set = (change: Partial<RunSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false });
  const close = () => set({ replay: undefined, at: undefined });
  if (mode === undefined) return null;
  const why = whyNotReplay(mode, { isOver: isOver(run), imported: run.imported, mayWrite });
  if (why !== undefined)
    return (
      <Dialog onClose={close} title="This cannot be had now">
        <p>{why}</p>
      </Dialog>
    );
  switch (mode) {
    case 'fork':
      return (
        <ForkDialog
          run={run}
          feed={feed}
          at={Math.min(at ?? run.lastSeq - 1, Math.max(1, run.lastSeq - 1))}
          onMove={(next) => set({ at: next })}
          onClose={close}
        />
      );
    case 'chaos':
      return <ChaosDialog run={run} feed={feed} at={at} onClose={close} />;
    case 'regrade':
      return <RegradeDialog replay={replay} onClose={close} />;
    case 'compare':
      return <CompareDialog run={run} replay={replay} onClose={close} />;
    default:
      return mode satisfies never;
  }
}
