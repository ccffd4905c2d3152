import type { JournalEvent, SocketEvent } from '@rehearse/contracts';
import { runsSocket, type RunsSocket } from '../../api/index.js';
import { eventRange } from './queries.js';
import type { FeedHandlers, FeedPorts } from './run-feed.js';

/** The feed's connections to this browser and the server. */
export const browserPorts = (runId: string): FeedPorts => ({
  runId,
  range: eventRange,
  follow: (afterSeq, handlers) => followBySocket({ runId, afterSeq, handlers }),
  schedule: (work) => {
    // A hidden tab draws no frames, and should still take in what arrives.
    if (document.hidden) setTimeout(work, 250);
    else requestAnimationFrame(work);
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
});

interface Following {
  runId: string;
  afterSeq: () => number;
  handlers: FeedHandlers;
}

function followBySocket(following: Following): () => void {
  let stop: (() => void) | null = null;
  let isStopped = false;
  const start = async () => {
    const socket = await runsSocket();
    if (!isStopped) stop = attach(socket, following);
  };
  void start();
  return () => {
    isStopped = true;
    stop?.();
  };
}

function attach(socket: RunsSocket, { runId, afterSeq, handlers }: Following): () => void {
  const subscribe = () =>
    socket.emit('subscribe', { runId, afterSeq: afterSeq() }, (answer) => {
      if (!answer.ok) return handlers.onRefused(answer.message);
      if (answer.lastSeq !== undefined) handlers.onKnown(answer.lastSeq);
      handlers.onConnection('live');
    });
  const listeners = {
    connect: subscribe,
    disconnect: () => handlers.onConnection('offline'),
    connect_error: () => handlers.onConnection('offline'),
    events: (message: SocketEvent<'events'>) => {
      // The schema types `data` loosely; the server has checked it against the type of the event.
      if (message.runId === runId) handlers.onEvents(message.events as JournalEvent[]);
    },
    token: (message: { runId: string; key: string; text: string }) => {
      if (message.runId === runId) handlers.onToken(message);
    },
    gap: (message: { runId: string; toSeq: number }) => {
      if (message.runId === runId) handlers.onKnown(message.toSeq);
    },
  };
  socket.on('connect', listeners.connect);
  socket.on('disconnect', listeners.disconnect);
  socket.on('connect_error', listeners.connect_error);
  socket.on('events', listeners.events);
  socket.on('token', listeners.token);
  socket.on('gap', listeners.gap);
  if (socket.connected) subscribe();
  return () => {
    socket.off('connect', listeners.connect);
    socket.off('disconnect', listeners.disconnect);
    socket.off('connect_error', listeners.connect_error);
    socket.off('events', listeners.events);
    socket.off('token', listeners.token);
    socket.off('gap', listeners.gap);
    if (socket.connected) socket.emit('unsubscribe', { runId });
  };
}
