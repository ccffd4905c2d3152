import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { beginAtOnce } from './begin-at-once.js';

/** A connection that keeps what it is sent, and answers when it is told to. */
function connection() {
  const sent: unknown[] = [];
  const answers: { resolve(): void; reject(error: Error): void }[] = [];
  const client = {
    query: (config: unknown) => {
      sent.push(typeof config === 'string' ? config : (config as { text: string }).text);
      return new Promise<void>((resolve, reject) => answers.push({ resolve, reject }));
    },
  };
  return { client: client as unknown as pg.ClientBase, sent, answers };
}

describe('a transaction that begins at once', () => {
  it('sends the first statement behind BEGIN and its prelude, before either is answered', async () => {
    const { client, sent } = connection();
    beginAtOnce(client, () => 'select 1');
    await client.query({ text: 'BEGIN' });
    void client.query({ text: 'select 2' });
    expect(sent).toEqual(['BEGIN; select 1', 'select 2']);
  });

  it('tells at COMMIT that it never began, and commits nothing', async () => {
    const { client, sent, answers } = connection();
    beginAtOnce(client, () => undefined);
    await client.query({ text: 'BEGIN' });
    const committed = client.query({ text: 'COMMIT' });
    answers[0]!.reject(new Error('the connection is gone'));
    await expect(committed).rejects.toThrow('the connection is gone');
    expect(sent).toEqual(['BEGIN']);
  });
});
