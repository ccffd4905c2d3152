import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  CassetteHeader,
  JournalEvent,
  Problem,
  ReplayAnswer,
  RunPage,
  RunSummary,
  RunView,
} from '@rehearse/contracts';
import { parseCassette, writeCassette } from '@rehearse/engine';
import { codeOf, startTestApp, type TestApp } from './harness.js';
import { execute, REFUND, slowGraph, upload } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await upload(app.one.operator, REFUND);
});
afterAll(() => app.close());

const RANDOM = `apiVersion: rehearse/v1
kind: Graph
name: dice
providers: {mock: {targets: [{provider: mock, script: dice}]}}
mocks:
  dice: [{reply: {oneOf: [${Array.from({ length: 50 }, (_, i) => `{content: "${i}"}`).join(', ')}]}}]
nodes:
  roll: {type: llm, provider: mock, prompt: Roll}
assert: [{type: regex, value: '^[0-9]+$'}]
`;

const happy = { caseId: 'happy-path' };
const events = (id: string, query = '') =>
  app.one.viewer.get<{ items: JournalEvent[]; nextCursor: string | null }>(
    `/api/v1/runs/${id}/events${query}`,
  );
const replay = (id: string, body: unknown = { mode: 'strict' }) =>
  app.one.viewer.post<ReplayAnswer>(`/api/v1/user-testing/runs/${id}/replay`, body);

describe('executing a graph', () => {
  it('passes the refund graph, with its steps, checks, contracts and digest', async () => {
    const { status, body } = await execute(app.one.operator, 'refund-agent', happy);
    expect(status).toBe(200);
    const { run } = body;
    expect(run).toMatchObject({
      status: 'finished',
      verdict: 'passed',
      caseId: 'happy-path',
      seed: 1,
      error: null,
    });
    expect(run.steps.map(({ node, type, status: step, toolCalls }) => [node, type, step, toolCalls])).toEqual(
      [
        ['classify', 'llm', 'finished', 0],
        ['handle', 'agent', 'finished', 2],
        ['decline', 'llm', 'skipped', 0],
      ],
    );
    expect(run.contracts.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['verify-first', 'passed'],
      ['refund-once', 'passed'],
      ['no-delete', 'passed'],
    ]);
    expect(run.output).toBe('Your refund for W1 is on its way.');
    const again = await app.one.viewer.get<RunView>(`/api/v1/runs/${run.id}`);
    expect(again.body).toEqual(run);
  });

  it('is seen as it was after any event, and after the last one as it is', async () => {
    const { body } = await execute(app.one.operator, 'refund-agent', happy);
    const { run } = body;
    const at = async (seq: number) =>
      (await app.one.viewer.get<RunView>(`/api/v1/runs/${run.id}?atSeq=${seq}`)).body;
    const [handle] = run.steps.filter(({ node }) => node === 'handle');
    const begun = await at(handle!.firstSeq);
    expect(begun).toMatchObject({
      status: 'running',
      verdict: null,
      output: null,
      lastSeq: handle!.firstSeq,
    });
    expect(begun.steps.map(({ node, status }) => [node, status])).toEqual([
      ['classify', 'finished'],
      ['handle', 'running'],
    ]);
    expect(begun.assertions).toEqual([]);
    expect(begun.usage.totalTokens).toBeLessThan(run.usage.totalTokens);
    expect(await at(run.lastSeq)).toEqual(run);
    expect(await at(run.lastSeq + 100)).toEqual(run);
    const refused = await app.one.viewer.get<Problem>(`/api/v1/runs/${run.id}?atSeq=0`);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'request/invalid']);
    expect(codeOf(await app.two.viewer.get(`/api/v1/runs/${run.id}?atSeq=1`))).toBe('run/not-found');
  });

  it('gives the same digest for the same case and seed, another for another seed of a random mock', async () => {
    const refunds = await Promise.all([1, 2].map(() => execute(app.one.operator, 'refund-agent', happy)));
    const [first, second] = refunds.map(({ body }) => body.run);
    expect(first!.digest).toMatch(/^[0-9a-f]{64}$/);
    expect([second!.digest, second!.verdictDigest]).toEqual([first!.digest, first!.verdictDigest]);
    await upload(app.one.operator, RANDOM);
    const rolls = await Promise.all([7, 7, 8].map((seed) => execute(app.one.operator, 'dice', { seed })));
    const [a, b, c] = rolls.map(({ body }) => body.run.digest);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
  });

  it('keeps a journal without a gap that is read in pages and by type', async () => {
    const { run } = (await execute(app.one.operator, 'refund-agent', happy)).body;
    const all = (await events(run.id, '?limit=1000')).body.items;
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
    expect(all.at(-1)?.type).toBe('run.finished');
    expect(run.lastSeq).toBe(all.length);
    const page = (await events(run.id, '?after=2&limit=3')).body;
    expect(page.items).toEqual(all.slice(2, 5));
    const next = (await events(run.id, `?limit=3&cursor=${page.nextCursor}`)).body;
    expect(next.items).toEqual(all.slice(5, 8));
    const tools = (await events(run.id, '?types=tool.called,tool.returned')).body;
    expect(tools.items.map(({ type }) => type)).toEqual([
      'tool.called',
      'tool.returned',
      'tool.called',
      'tool.returned',
    ]);
    expect(codeOf(await events(run.id, '?types=tool.cald'))).toBe('request/invalid');
    expect(codeOf(await events(run.id, '?after=99999999999'))).toBe('request/invalid');
  });

  it('ends errored when it makes a text that cannot be kept', async () => {
    const value = `'"a\\u0000b"'`;
    const nodes = `nodes: {a: {type: transform, value: ${value}}}`;
    await upload(app.one.operator, `apiVersion: rehearse/v1\nkind: Graph\nname: null-text\n${nodes}\n`);
    const { run } = (await execute(app.one.operator, 'null-text', {})).body;
    expect([run.status, run.verdict]).toEqual(['finished', 'errored']);
    expect(run.error?.message).toContain('U+0000');
  });

  it('answers at once when asked to, or when the wait is over, and goes on', async () => {
    await upload(app.one.operator, slowGraph('waits', { latency: '500ms', steps: 10 }));
    const queued = await app.one.operator.post<{ run: RunView }>('/api/v1/runs/waits/execute/async', {});
    expect([queued.status, queued.headers.get('location')]).toEqual([
      202,
      `/api/v1/runs/${queued.body.run.id}`,
    ]);
    const waited = await execute(app.one.operator, 'waits', { wait: 1 });
    expect(waited.status).toBe(202);
    expect(['queued', 'running']).toContain(waited.body.run.status);
    const live = await app.one.viewer.get<RunView>(`/api/v1/runs/${waited.body.run.id}`);
    expect(live.status).toBe(200);
    expect(codeOf(await replay(waited.body.run.id))).toBe('run/not-finished');
    for (const { id } of [queued.body.run, waited.body.run]) await ended(id);
  });

  it.each([
    [{ vars: { message: 'hi' } }, 422, 'run/invalid-vars'],
    [{ caseId: 'happy-pth' }, 422, 'run/unknown-case'],
    [{ ...happy, chaos: 'flaky-tool' }, 422, 'run/unknown-chaos-profile'],
    [{ ...happy, providers: { nobody: {} } }, 422, 'run/unknown-provider'],
    [{ ...happy, sede: 1 }, 400, 'request/invalid'],
  ])('refuses %j in words', async (request, status, code) => {
    const answer = await execute(app.one.operator, 'refund-agent', request);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it('injects the faults of the profile that is asked for, the same ones for the same seed', async () => {
    const faults = async () => {
      const { run } = (
        await execute(app.one.operator, 'refund-agent', { ...happy, chaos: 'flaky-tools', seed: 3 })
      ).body;
      const events = await app.one.viewer.get<{ items: { key: string; data: unknown }[] }>(
        `/api/v1/runs/${run.id}/events?types=chaos.injected`,
      );
      return { chaos: run.chaos, faults: events.body.items.map(({ key, data }) => ({ key, data })) };
    };
    const first = await faults();
    expect(first.chaos).toBe('flaky-tools');
    expect(first.faults.length).toBeGreaterThan(0);
    expect(await faults()).toEqual(first);
  });

  it('names the vars that do not fit, and the case that was meant', async () => {
    const vars = await execute(app.one.operator, 'refund-agent', {
      vars: { message: 1, order_id: 'W1' } as never,
    });
    expect((vars.body as unknown as Problem).errors).toMatchObject([{ path: 'vars/message' }]);
    const unknown = await execute(app.one.operator, 'refund-agent', { caseId: 'happy-pth' });
    expect((unknown.body as unknown as Problem).detail).toContain('did you mean happy-path?');
  });

  it('makes one run for one Idempotency-Key, also when asked twice at once', async () => {
    const ask = () =>
      app.one.operator.post<{ run: RunView }>('/api/v1/runs/refund-agent/execute', happy, {
        'idempotency-key': 'run-1',
      });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second.body.run.id).toBe(first.body.run.id);
  });

  it('answers without the prefix too, and to keys by their scopes', async () => {
    const machine = await app.one.key(['runs:write']);
    const answer = await machine.post<{ run: RunView }>('/runs/refund-agent/execute', happy, {
      accept: 'application/json',
    });
    expect(answer.body.run.verdict).toBe('passed');
    expect((await machine.get(`/api/v1/runs/${answer.body.run.id}`)).status).toBe(403);
    expect((await execute(app.one.viewer, 'refund-agent', happy)).status).toBe(403);
  });
});

describe('the list of runs', () => {
  it('has the runs of one case, and not of those whose ids are alike', async () => {
    const { body } = await execute(app.one.operator, 'refund-agent', { caseId: 'small-talk' });
    const listed = (query: string) =>
      app.one.viewer.get<RunPage>(`/api/v1/runs?graph=refund-agent&${query}`).then((answer) => answer.body);
    expect((await listed('case=small-talk')).items.map(({ id }) => id)).toEqual([body.run.id]);
    expect((await listed('case=small')).items).toEqual([]);
  });

  it('is filtered and paged, newest first', async () => {
    await upload(app.one.operator, slowGraph('listed', { latency: '1ms', steps: 5 }));
    for (const seed of [1, 2, 3]) await execute(app.one.operator, 'listed', { seed });
    const list = async (query: string) => (await app.one.viewer.get<RunPage>(`/api/v1/runs?${query}`)).body;
    const first = await list('graph=listed&limit=2');
    expect(first.items.map(({ seed }) => seed)).toEqual([3, 2]);
    expect(
      (await list(`graph=listed&limit=2&cursor=${first.nextCursor}`)).items.map(({ seed }) => seed),
    ).toEqual([1]);
    expect((await list('graph=listed&verdict=failed')).items).toEqual([]);
    expect((await list('graph=listed@1&status=finished&verdict=passed')).items).toHaveLength(3);
    expect((await list('graph=listed@2')).items).toEqual([]);
    expect((await list('label=team%3Dsupport')).items.every(({ graph }) => graph === 'refund-agent')).toBe(
      true,
    );
    expect((await list('label=risk')).items.length).toBeGreaterThan(0);
    expect((await list('label=team%3Dother')).items).toEqual([]);
    expect((await list(`q=${first.items[0]!.id.slice(0, 23)}`)).items.length).toBeGreaterThan(0);
    expect((await list('q=HAPPY')).items.every(({ caseId }) => caseId === 'happy-path')).toBe(true);
    expect((await list('from=2999-01-01')).items).toEqual([]);
    expect((await list('to=2999-01-01&limit=1')).items).toHaveLength(1);
    expect((await list('experiment=none')).items).toEqual([]);
    for (const text of ['yesterday', '2026-11-27junk', '0000-01-01T00:00:00Z'])
      for (const bound of ['from', 'to'])
        expect(await list(`${bound}=${text}`)).toMatchObject({ code: 'request/invalid' });
    expect((await list('graph=nothing@x')).items).toEqual([]);
  });
});

describe('strict replay', () => {
  it('says identical with the digest of the run, and makes no run', async () => {
    const { run } = (await execute(app.one.operator, 'refund-agent', happy)).body;
    const before = (await app.one.viewer.get<RunPage>('/api/v1/user-testing/runs/history')).body.items.length;
    const { status, body } = await replay(run.id);
    expect(status).toBe(200);
    const { digest, verdictDigest } = run;
    expect(body).toMatchObject({
      identical: true,
      reexecuted: true,
      mode: 'strict',
      digest,
      verdictDigest,
      run: { id: run.id },
    });
    expect(body.divergence).toBeUndefined();
    const after = (await app.one.viewer.get<RunPage>('/api/v1/user-testing/runs/history')).body.items.length;
    expect(after).toBe(before);
    expect(codeOf(await replay(run.id, { mode: 'strikt' }))).toBe('request/invalid');
  });
});

describe('cassettes', () => {
  const exported = async () => {
    const { run } = (await execute(app.one.operator, 'refund-agent', happy)).body;
    const cassette = await app.one.viewer.get<string>(`/api/v1/runs/${run.id}/cassette`);
    expect(cassette.headers.get('content-disposition')).toBe(
      `attachment; filename="refund-agent-${run.id}.jsonl"`,
    );
    return { run, text: cassette.body };
  };
  const bring = (client: TestApp['one']['operator'], text: string) =>
    client.post<{ run: RunView; runs: RunSummary[] }>('/api/v1/runs/import', text, {
      'content-type': 'application/x-ndjson',
    });

  it('go to another tenant with their graph and replay there', async () => {
    const { run, text } = await exported();
    const answer = await bring(app.two.operator, text);
    expect(answer.status).toBe(201);
    const brought = answer.body.run;
    expect(answer.headers.get('location')).toBe(`/api/v1/runs/${brought.id}`);
    expect(brought.id).not.toBe(run.id);
    const { digest, verdictDigest, verdict, output, assertions, contracts } = run;
    expect(brought).toMatchObject({
      digest,
      verdictDigest,
      verdict,
      output,
      assertions,
      contracts,
      imported: false,
    });
    const replayed = await app.two.viewer.post<ReplayAnswer>(
      `/api/v1/user-testing/runs/${brought.id}/replay`,
      {},
    );
    expect(replayed.body).toMatchObject({ identical: true, digest });
    expect((await app.two.viewer.get('/api/v1/graphs/refund-agent')).status).toBe(200);
  });

  it('say how their runs were redacted: those made here by the secrets, those brought in as they came', async () => {
    const headerOf = (text: string) => JSON.parse(text.split('\n')[0]!) as CassetteHeader;
    const { text } = await exported();
    expect(headerOf(text)).toMatchObject({
      ...{ redaction: 'secrets/v1', redacted: { rules: ['secret-values'], masked: {} } },
    });
    const again = async (redaction: string | null) => {
      const [header, ...events] = text.split('\n');
      const { redacted: _, ...rest } = JSON.parse(header!) as CassetteHeader;
      const other = [JSON.stringify({ ...rest, redaction }), ...events].join('\n');
      const { run } = (await bring(app.two.operator, other)).body;
      const fork = await app.two.operator.post<ReplayAnswer>(`/api/v1/user-testing/runs/${run.id}/replay`, {
        ...{ mode: 'fork', fromSeq: 3 },
      });
      const get = async (id: string) =>
        headerOf((await app.two.viewer.get<string>(`/api/v1/runs/${id}/cassette`)).body);
      return [await get(run.id), await get(fork.body.run.id)].map((one) => [one.redaction, one.redacted]);
    };
    expect(await again(null)).toEqual([
      [null, undefined],
      [null, undefined],
    ]);
    expect((await again('theirs/v3'))[0]).toEqual(['theirs/v3', undefined]);
    expect((await again('secrets/v1'))[1]![0]).toBe('secrets/v1');
  });

  it('are refused by line when a link of the chain does not hold, and nothing is stored', async () => {
    const { text } = await exported();
    const parsed = parseCassette(text);
    if (!parsed.ok) throw new Error('the export cannot be read');
    const [recording] = parsed.runs;
    const changed = recording!.events.map((event) =>
      event.type === 'tool.returned' && event.seq > 10
        ? { ...event, data: { ...event.data, result: { total: 1 } } }
        : event,
    );
    const at = changed.findIndex((event, i) => event !== recording!.events[i]);
    const before = (await app.one.viewer.get<RunPage>('/api/v1/runs?limit=200')).body.items.length;
    const answer = await bring(
      app.one.operator,
      writeCassette([{ ...recording!, events: changed as JournalEvent[] }]),
    );
    expect([answer.status, codeOf(answer)]).toEqual([422, 'cassette/invalid']);
    expect((answer.body as unknown as Problem).errors).toMatchObject([{ path: `line ${at + 2}` }]);
    const after = (await app.one.viewer.get<RunPage>('/api/v1/runs?limit=200')).body.items.length;
    expect(after).toBe(before);
  });

  it('are refused when they are no cassette, or break off', async () => {
    const { text } = await exported();
    const lines = text.trimEnd().split('\n');
    expect(codeOf(await bring(app.one.operator, '{"a": 1}'))).toBe('cassette/invalid');
    expect(codeOf(await bring(app.one.operator, lines.slice(0, -1).join('\n')))).toBe('cassette/invalid');
    // The graph stands outside of the chain, and is here already.
    const foreign = await bring(app.one.operator, text.replace('Your refund for', 'Your money for'));
    expect((foreign.body as unknown as Problem).detail).toBe(
      'line 1: the source in the header is not the graph that its digest names',
    );
    expect(
      codeOf(await bring(app.one.operator, [...lines.slice(0, 5), '{', ...lines.slice(5)].join('\n'))),
    ).toBe('cassette/invalid');
  });
});

async function ended(id: string): Promise<RunView> {
  for (;;) {
    const run = (await app.one.viewer.get<RunView>(`/api/v1/runs/${id}`)).body;
    if (run.status === 'finished') return run;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
