// Viewers of one run over sockets, as the studio has them: each names the last seq that it has, and counts what it gets.
import { createRequire } from 'node:module';

const { io } = createRequire(new URL('../../backend/server/package.json', import.meta.url))(
  'socket.io-client',
);

/**
 * Follows a run to its end, cut off as often as it is told to. `ended` resolves with what it saw: how many events, what
 * came twice or not at all, and how long each took from the journal to here.
 */
export function viewRun({ url, token, runId, cutAfter = [], onEvent = () => {} }) {
  const counter = counterOf(onEvent);
  const { seen } = counter;
  let settle = () => {};
  let socket = connect();
  const ended = new Promise((resolve) => (settle = resolve));
  let isOver = false;
  const close = () => {
    isOver = true;
    socket?.disconnect();
    settle(seen);
  };
  return { ended, close, seen, isConnected: () => socket?.connected === true };

  function connect() {
    const fresh = io(`${url}/runs`, {
      ...{ auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false },
    });
    fresh.on('connect', () =>
      fresh.emit('subscribe', { runId, afterSeq: counter.lastSeq() }, (ack) => answered(fresh, ack)),
    );
    let inOrder = Promise.resolve();
    const then = (get) => (inOrder = inOrder.then(get).then((events) => fresh === socket && took(events)));
    fresh.on('events', ({ events }) => then(() => events));
    fresh.on('gap', ({ afterSeq, toSeq }) => then(() => fetchRange(afterSeq, toSeq)));
    fresh.on('connect_error', (error) => again(fresh, error.message));
    fresh.on('disconnect', () => again(fresh, null));
    return fresh;
  }

  /** What was left out for a viewer that was slow. */
  async function fetchRange(afterSeq, toSeq) {
    seen.gaps += 1;
    const route = `${url}/api/v1/runs/${runId}/events?after=${afterSeq}&limit=${toSeq - afterSeq}`;
    const response = await fetch(route, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()).items;
  }

  /** A server that is too busy to look refuses: the viewer comes again. */
  function answered(fresh, ack) {
    if (ack.ok) return;
    again(fresh, ack.message);
    fresh.disconnect();
  }

  /** Comes back where it was. */
  function again(gone, message) {
    if (gone !== socket || isOver) return;
    socket = null;
    seen.refused ??= message;
    setTimeout(() => isOver || (socket = connect()), 500);
  }

  function took(events) {
    counter.took(events);
    const { type } = events.at(-1);
    if (type === 'run.finished' || type === 'run.canceled') return close();
    if (counter.lastSeq() < (cutAfter[seen.cuts] ?? Infinity)) return;
    seen.cuts += 1;
    const cut = socket;
    socket = null;
    cut.disconnect();
    socket = connect();
  }
}

/** Counts events: what comes twice, what not at all, and how long each took from the journal to here. */
function counterOf(onEvent) {
  const seen = { events: 0, twice: 0, missing: 0, cuts: 0, gaps: 0, refused: null, delays: [] };
  let lastSeq = 0;
  const took = (events) => {
    const now = Date.now();
    for (const event of events) {
      if (event.seq <= lastSeq) seen.twice += 1;
      if (event.seq > lastSeq + 1) seen.missing += event.seq - lastSeq - 1;
      lastSeq = Math.max(lastSeq, event.seq);
      seen.events += 1;
      seen.delays.push(now - Date.parse(event.at));
      onEvent(event);
    }
  };
  return { seen, took, lastSeq: () => lastSeq };
}
