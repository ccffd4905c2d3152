import type pg from 'pg';

type Query = (config: unknown, ...rest: unknown[]) => Promise<pg.QueryResult>;

const NOTHING = { command: 'BEGIN', rowCount: 0, oid: 0, rows: [], fields: [] };

/**
 * Answers a BEGIN before the server does, and sends what belongs to each transaction in the same message: with a pipelining
 * connection the first statement follows at once, so that a transaction of one statement takes two round trips, not four.
 * A BEGIN that fails is told at COMMIT; by then the statements behind it have failed, too, or seen no tenant.
 */
export function beginAtOnce(connection: pg.ClientBase, prelude: () => string | undefined): void {
  const send = connection.query.bind(connection) as Query;
  let begun: Promise<unknown> = Promise.resolve();
  const query: Query = (config, ...rest) => {
    const text = (config as { text?: unknown }).text;
    if (text === 'COMMIT') return begun.then(() => send(config, ...rest));
    if (text !== 'BEGIN') return send(config, ...rest);
    const more = prelude();
    begun = send(more === undefined ? 'BEGIN' : `BEGIN; ${more}`);
    begun.catch(() => undefined);
    return Promise.resolve(NOTHING);
  };
  connection.query = query as typeof connection.query;
}
