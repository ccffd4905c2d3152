import {
  IconBolt,
  IconCloudOff,
  IconDownload,
  IconFlag,
  IconLock,
  IconPlugConnected,
  type Icon,
} from '@tabler/icons-react';
import type { RunView } from '@rehearse/contracts';
import { clsx } from '../../ui/clsx.js';
import { count } from '../../ui/format.js';
import classes from './ConnectionState.module.css';
import type { Connection, RunFeed } from './run-feed.js';
import { isOver } from './run-opening.js';
import { useFeed } from './useRunFeed.js';

interface Look {
  icon: Icon;
  word: string;
  tone: string | undefined;
}

function lookOf(connection: Connection, isRunOver: boolean): Look {
  switch (connection.state) {
    case 'connecting':
      return { icon: IconPlugConnected, word: 'Connecting', tone: undefined };
    case 'live':
      return { icon: IconBolt, word: 'Live', tone: classes.live };
    case 'catching-up':
      return { icon: IconDownload, word: `Catching up (${count(connection.behind)})`, tone: classes.busy };
    case 'offline': {
      const since = new Date(connection.since).toLocaleTimeString('en-GB', {
        hour: '2-digit',
        minute: '2-digit',
      });
      return { icon: IconCloudOff, word: `Offline since ${since}`, tone: classes.warn };
    }
    case 'refused':
      return { icon: IconLock, word: `Not followed: ${connection.message}`, tone: classes.warn };
    case 'ended':
      return isRunOver
        ? { icon: IconFlag, word: 'Ended', tone: undefined }
        : { icon: IconCloudOff, word: 'Ended; how it ended is still to come', tone: classes.warn };
    default:
      return connection satisfies never;
  }
}

interface ConnectionStateProps {
  feed: RunFeed;
  run: RunView;
}

/** Whether what is shown is all there is, and will stay so. */
export function ConnectionState({ feed, run }: ConnectionStateProps) {
  const { connection } = useFeed(feed);
  const { icon: StateIcon, word, tone } = lookOf(connection, isOver(run));
  return (
    <span className={clsx(classes.state, tone)} data-testid="connection">
      <StateIcon size={14} aria-hidden />
      {word}
    </span>
  );
}
