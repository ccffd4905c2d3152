import type { SocketEvent, SocketEventName, SubscribeAck, SubscribeMessage } from '@rehearse/contracts';
import type { Socket } from 'socket.io-client';
import { session } from './session.js';

type ServerEvents = { [Name in SocketEventName]: (message: SocketEvent<Name>) => void };
interface ClientEvents {
  subscribe: (message: SubscribeMessage, ack: (answer: SubscribeAck) => void) => void;
  unsubscribe: (message: { runId: string } | { list: true }) => void;
}
export type RunsSocket = Socket<ServerEvents, ClientEvents>;

const PAUSE_BEFORE_RECONNECT_MS = 1_000;
let opening: Promise<RunsSocket> | null = null;

/** The one connection of this tab to the `/runs` namespace, opened when it is first asked for. */
export function runsSocket(): Promise<RunsSocket> {
  opening ??= open();
  return opening;
}

async function open(): Promise<RunsSocket> {
  const { io } = await import('socket.io-client');
  const socket: RunsSocket = io('/runs', {
    auth: (give) => {
      session.token().then(
        (token) => give({ token }),
        () => give({ token: null }),
      );
    },
    transports: ['websocket', 'polling'],
    reconnectionDelayMax: 5_000,
  });
  // The server closes a connection whose token ended; socket.io leaves coming back to us in that case.
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => void comeBack(socket), PAUSE_BEFORE_RECONNECT_MS);
  });
  socket.on('connect_error', () => {
    if (!socket.active) setTimeout(() => void comeBack(socket), PAUSE_BEFORE_RECONNECT_MS);
  });
  session.subscribe(() => {
    const { status } = session.state();
    if (status === 'anonymous') socket.disconnect();
    else if (status === 'signed-in' && !socket.active) socket.connect();
  });
  return socket;
}

async function comeBack(socket: RunsSocket): Promise<void> {
  const isSignedIn = await session.refresh().catch(() => true);
  if (isSignedIn) socket.connect();
}
