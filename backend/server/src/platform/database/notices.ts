import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseLogin } from './logins.js';

export interface NoticeListener {
  heard(payload: string): void;
  /** The connection was lost and stands again: whatever was said meanwhile was not heard. */
  missed(): void;
}

const CHANNEL = 'rehearse';
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** A connection that is dead without a word is noticed by this. */
const CHECK_EVERY_MS = 10_000;
const PATIENCE_MS = 5_000;

/**
 * Short messages between the processes on one database: a hint each, never the truth. They travel by LISTEN and NOTIFY on
 * a connection of their own, which is made again whenever it is lost.
 */
export class Notices {
  #client: pg.Client | undefined;
  readonly #listeners = new Set<NoticeListener>();
  #tried: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  readonly #closed = new AbortController();

  constructor(
    private readonly login: DatabaseLogin,
    private readonly onLost: (error: Error) => void,
  ) {}

  /** Resolves when the first connection stands, or could not be made; it is tried again either way. */
  listen(listener: NoticeListener): Promise<void> {
    this.#listeners.add(listener);
    return (this.#tried ??= new Promise((resolve) => {
      this.#running = this.#stayConnected(resolve);
    }));
  }

  /** Says it to all other processes and to this one; while there is no connection nothing is said. */
  async say(payloads: readonly string[]): Promise<void> {
    await this.#client?.query(`select pg_notify('${CHANNEL}', payload) from unnest($1::text[]) payload`, [
      [...payloads],
    ]);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#client?.end().catch(() => undefined);
    await this.#running;
  }

  async #stayConnected(tried: () => void): Promise<void> {
    const { signal } = this.#closed;
    let pauseMs = FIRST_PAUSE_MS;
    let isTold = false;
    // Once for each time that it is away, and not when we close it ourselves.
    const tell = (error: Error) => {
      if (!isTold && !signal.aborted) this.onLost(error);
      isTold = true;
    };
    for (let connections = 0; !signal.aborted; connections++) {
      const { client, lost } = this.#newClient();
      try {
        await client.connect();
        await client.query(`listen ${CHANNEL}`);
        this.#client = client;
        [pauseMs, isTold] = [FIRST_PAUSE_MS, false];
        if (connections > 0) for (const listener of this.#listeners) listener.missed();
        tried();
        tell(await lost);
      } catch (error) {
        tell(error as Error);
      }
      this.#client = undefined;
      tried();
      // Not waited for: a connection that is dead without a word would never say that it has ended.
      void client.end().catch(() => undefined);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }

  #newClient(): { client: pg.Client; lost: Promise<Error> } {
    const { url, role } = this.login;
    const client = new pg.Client({
      connectionString: url,
      application_name: 'rehearse notices',
      keepAlive: true,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      ...(role && { options: `-c role=${role}` }),
    });
    client.on('notification', ({ payload = '' }) =>
      this.#listeners.forEach((listener) => listener.heard(payload)),
    );
    const lost = new Promise<Error>((resolve) => {
      const check = setInterval(() => {
        if (this.#client === client) client.query('select 1').catch(resolve);
      }, CHECK_EVERY_MS);
      check.unref();
      client.on('error', resolve);
      client.on('end', () => resolve(new Error('the connection for notices ended')));
      client.once('end', () => clearInterval(check));
    });
    return { client, lost };
  }
}
