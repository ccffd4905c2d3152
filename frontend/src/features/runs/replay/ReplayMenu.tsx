import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconBolt,
  IconChevronDown,
  IconGitFork,
  IconRotate2,
  IconScale,
  IconVersions,
  type Icon,
} from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useCan } from '../../access/index.js';
import { isOver } from '../run-opening.js';
import { REPLAY_MODES, type ReplayMode } from '../search.js';
import { REPLAY_WORDS, whyNotReplay } from './replay-modes.js';
import classes from './ReplayMenu.module.css';

const route = getRouteApi('/inside/runs/$id');
const ICONS: Record<ReplayMode, Icon> = {
  ...{ fork: IconGitFork, chaos: IconBolt, regrade: IconScale, compare: IconVersions },
};

interface ReplayMenuProps {
  run: RunView;
  isReplaying: boolean;
  onReplay: () => void;
}

/** Replay, and beside it every other way to go through the journal again. */
export function ReplayMenu({ run, isReplaying, onReplay }: ReplayMenuProps) {
  const navigate = route.useNavigate();
  const mayWrite = useCan('write');
  const isDone = isOver(run);
  const open = (replay: ReplayMode) =>
    void navigate({ search: (now) => ({ ...now, replay, at: now.seq }), replace: true, resetScroll: false });
  return (
    <div className={classes.split}>
      <Button
        className={classes.main}
        leftSection={<IconRotate2 size={15} />}
        disabled={!isDone}
        title={isDone ? 'Recorded, no calls: identical, or where it differs' : 'When the run is over'}
        loading={isReplaying}
        onClick={onReplay}
      >
        Replay
      </Button>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <ActionIcon
            variant="filled"
            color="petrol"
            className={classes.more}
            disabled={!isDone}
            aria-label="Fork, chaos and more"
          >
            <IconChevronDown size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {REPLAY_MODES.map((mode) => {
            const Mark = ICONS[mode];
            const why = whyNotReplay(mode, { isOver: isDone, imported: run.imported, mayWrite });
            return (
              <Menu.Item
                key={mode}
                leftSection={<Mark size={16} aria-hidden />}
                disabled={why !== undefined}
                onClick={() => open(mode)}
              >
                {REPLAY_WORDS[mode].label}
                <span className={classes.says}>{why ?? REPLAY_WORDS[mode].says}</span>
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
