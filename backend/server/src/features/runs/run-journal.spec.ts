import type { JournalEvent } from '@rehearse/contracts';
import { describe, expect, it } from '@jest/globals';
import { UnstorableText } from '../../platform/database/index.js';
import { ClaimLost, GroupWriter, type RunBatch } from './run-journal.js';

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
const event = (seq: number) => ({ seq }) as unknown as JournalEvent;
const batch = (runId: string, ...seqs: number[]): RunBatch => ({
  runId,
  tenantId: 't1',
  epoch: 1,
  events: seqs.map(event),
  final: null,
});

/** A database whose writes end when the test says so. */
function scriptedDatabase() {
  const writes: string[] = [];
  const open: { resolve(ours: Set<string>): void; reject(error: Error): void; runs: string[] }[] = [];
  const written: string[] = [];
  const name = ({ runId, events }: RunBatch) => `${runId}:${events.map(({ seq }) => seq).join(',')}`;
  const writer = new GroupWriter({
    write: (batches) =>
      new Promise((resolve, reject) => {
        writes.push(batches.map(name).join(' '));
        open.push({ resolve, reject, runs: batches.map(({ runId }) => runId) });
      }),
    written: (done) => written.push(name(done)),
  });
  const succeed = async (ours?: string[]) => {
    const first = open.shift();
    first?.resolve(new Set(ours ?? first.runs));
    await soon();
  };
  const fail = async (error: Error) => {
    open.shift()?.reject(error);
    await soon();
  };
  return { writer, writes, written, succeed, fail };
}

describe('the journal writer of a process', () => {
  it('writes at once when it is idle, and gathers all runs while a write is in flight', async () => {
    const { writer, writes, succeed } = scriptedDatabase();
    void writer.append(batch('a', 1));
    void writer.append(batch('b', 1));
    await soon();
    void writer.append(batch('a', 2));
    void writer.append(batch('b', 2));
    void writer.append(batch('a', 3, 4));
    await soon();
    expect(writes).toEqual(['a:1 b:1']);
    await succeed();
    expect(writes).toEqual(['a:1 b:1', 'a:2,3,4 b:2']);
  });

  it('has two writes in flight, with other runs in each, and gathers the rest', async () => {
    const { writer, writes, succeed } = scriptedDatabase();
    void writer.append(batch('a', 1));
    await soon();
    void writer.append(batch('a', 2));
    void writer.append(batch('b', 1));
    await soon();
    void writer.append(batch('c', 1));
    void writer.append(batch('d', 1));
    await soon();
    expect(writes).toEqual(['a:1', 'b:1']);
    await succeed();
    expect(writes).toEqual(['a:1', 'b:1', 'a:2 c:1 d:1']);
    await succeed();
    await succeed();
    await writer.idle();
    expect(writes).toHaveLength(3);
  });

  it('says when a run is on disk, whatever of others is still written', async () => {
    const { writer, succeed } = scriptedDatabase();
    const settled: string[] = [];
    const tell = (runId: string) => void writer.settled(runId).then(() => settled.push(runId));
    void writer.append(batch('a', 1));
    await soon();
    void writer.append(batch('a', 2));
    void writer.append(batch('b', 1));
    await soon();
    for (const runId of ['a', 'b', 'c']) tell(runId);
    await soon();
    expect(settled).toEqual(['c']);
    await succeed(); // a:1
    expect(settled).toEqual(['c']);
    await succeed(); // b:1
    expect(settled).toEqual(['c', 'b']);
    await succeed(); // a:2
    expect(settled).toEqual(['c', 'b', 'a']);
  });

  it('writes each run alone when one of them says what cannot be kept', async () => {
    const { writer, writes, written, succeed, fail } = scriptedDatabase();
    const [a, b] = [writer.append(batch('a', 1)), writer.append(batch('b', 1))];
    await soon();
    await fail(new UnstorableText());
    await fail(new UnstorableText());
    await succeed();
    await expect(a).rejects.toThrow('U+0000');
    await b;
    expect([writes, written]).toEqual([['a:1 b:1', 'a:1', 'b:1'], ['b:1']]);
  });

  it('says that events are durable after the write, and tells viewers only then', async () => {
    const { writer, written, succeed } = scriptedDatabase();
    let isDurable = false;
    const done = writer.append(batch('a', 1)).then(() => (isDurable = true));
    await soon();
    expect([isDurable, written]).toEqual([false, []]);
    await succeed();
    await done;
    expect(written).toEqual(['a:1']);
  });

  it('refuses the run that another worker has claimed, and keeps the others', async () => {
    const { writer, written, succeed } = scriptedDatabase();
    const mine = writer.append(batch('mine', 1));
    const lost = writer.append(batch('lost', 1));
    await soon();
    await succeed(['mine']);
    await mine;
    await expect(lost).rejects.toThrow(ClaimLost);
    expect(written).toEqual(['mine:1']);
  });

  it('hands a failed write to those who wait for it and goes on', async () => {
    const { writer, fail, succeed } = scriptedDatabase();
    const first = writer.append(batch('a', 1));
    await soon();
    await fail(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    const second = writer.append(batch('b', 1));
    await soon();
    await succeed();
    await expect(second).resolves.toBeUndefined();
    await writer.idle();
  });
});
