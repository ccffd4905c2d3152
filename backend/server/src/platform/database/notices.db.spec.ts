import { describe, expect, it } from '@jest/globals';
import { Notices } from './notices.js';
import { address } from './testing/index.js';
import { query } from './testing/sql.js';

const login = { url: address('DATABASE_WORKER_URL') };

/** Two processes that hear each other; what is heard is collected. */
async function open() {
  const heard: string[] = [];
  const missed: number[] = [];
  const [one, other] = [new Notices(login, () => undefined), new Notices(login, () => undefined)];
  await other.listen({ heard: (payload) => heard.push(payload), missed: () => missed.push(heard.length) });
  await one.listen({ heard: () => undefined, missed: () => undefined });
  return { one, heard, missed, close: () => Promise.all([one.close(), other.close()]) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('notices', () => {
  it('reach the other process in their order, as they were said', async () => {
    const { one, heard, close } = await open();
    await one.say(['a', "it's"]);
    await one.say(['b']);
    await until(() => heard.length >= 3);
    expect(heard).toEqual(['a', "it's", 'b']);
    await close();
  });

  it('are heard again after the connection was lost, and the listener is told that it missed some', async () => {
    const { one, heard, missed, close } = await open();
    await query(
      login.url,
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'rehearse notices' and datname = current_database()`,
    );
    await until(() => missed.length > 0);
    while (heard.length === 0) {
      // Nothing is said, and nobody is harmed, as long as the one who says it has no connection.
      await one.say(['again']).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect([heard[0], missed[0]]).toEqual(['again', 0]);
    await close();
  });
});
