import type { RunView } from '@rehearse/contracts';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { announce } from '../../ui/announcements.js';
import { useHotkey } from '../../ui/useHotkey.js';
import { failuresOf, neighbourOf, stepKeysOf } from './run-places.js';
import type { RunSearch } from './search.js';

const route = getRouteApi('/inside/runs/$id');

/** The keys of the page of a run: from failure to failure, from step to step, to its comparison. */
export function useRunKeys(run: RunView, seq: number | undefined): void {
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const leave = useNavigate();
  const go = (change: Partial<RunSearch> | undefined, none: string) =>
    change
      ? void navigate({
          search: (now) => ({ ...now, ...change }),
          hash: '',
          replace: true,
          resetScroll: false,
        })
      : announce(none);
  const toFailure = (by: 1 | -1) => {
    const at = neighbourOf(failuresOf(run), { from: seq, by });
    // Filters would hide the line that is gone to.
    const shown = { node: undefined, q: undefined, type: undefined, level: undefined, range: undefined };
    go(at === undefined ? undefined : { tab: 'log', seq: at, follow: '0', ...shown }, 'No failure there');
  };
  const toStep = (by: 1 | -1) => {
    const key = neighbourOf(stepKeysOf(run), { from: node?.split('/')[0], by });
    go(key === undefined ? undefined : { tab: 'steps', node: key }, 'No step there');
  };
  useHotkey('e', { says: 'Next failure', act: () => toFailure(1) });
  useHotkey('E', { says: 'Previous failure', act: () => toFailure(-1) });
  useHotkey(']', { says: 'Next step', act: () => toStep(1) });
  useHotkey('[', { says: 'Previous step', act: () => toStep(-1) });
  useHotkey('d', {
    says: 'Compare with another run',
    act: () => void leave({ to: '/diff', search: { of: run.id } }),
  });
}
