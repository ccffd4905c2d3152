import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  Attribution,
  AttributionEnvelope,
  AttributionList,
  AttributionView,
  ExperimentView,
  FlakeSource,
  ForkTree,
  Problem,
} from '@rehearse/contracts';
import { fakeOpenai, graphText, type FakeServer } from '@rehearse/testkit';
import { type Client, codeOf, startTestApp, type TestApp, until } from './harness.js';
import { recordings, upload } from './samples.js';

/** Who flips a coin now: the judge, the model or the tool. */
let flipping: FlakeSource | null;
let flips = 0;
let provider: FakeServer;
let app: TestApp;
beforeAll(async () => {
  provider = await fakeOpenai(({ path, text }) => {
    if (path === '/order')
      return {
        raw: JSON.stringify({ status: coin('tools') ? 'delivered' : 'lost' }),
        contentType: 'application/json',
      };
    if (text.includes('Grade'))
      return { text: JSON.stringify({ pass: coin('judge'), score: 1, reason: 'because' }) };
    if (text.includes('delivered')) return { text: 'It was delivered.' };
    if (text.includes('lost')) return { text: 'It is lost.' };
    if (text.includes('Look')) return { toolCalls: [{ name: 'order', arguments: { id: 7 } }] };
    return { text: coin('model') ? 'It was delivered.' : 'I do not know.' };
  });
  app = await startTestApp({
    env: {
      OPENAI_API_KEY: 'sk-x',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      REHEARSE_EGRESS_ALLOW_LOOPBACK: 'true',
    },
  });
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => {
  flipping = null;
  flips = 0;
});

function coin(source: FlakeSource): boolean {
  if (flipping !== source) return true;
  flips = (Math.imul(flips, 1_664_525) + 1_013_904_223) >>> 0;
  return flips / 2 ** 32 < 0.5;
}

const ROUTE = 'providers: {main: {targets: [{provider: openai, model: gpt-5-mini}]}}';
const CASES = 'cases: [{id: a}, {id: b}, {id: c}]';
const JUDGED = `${ROUTE}
nodes: {answer: {type: llm, prompt: "Where is my order?"}}
assert: [{type: llm-rubric, value: Grade how polite it is., provider: main}]
${CASES}`;
const PLAIN = `${ROUTE}
nodes: {answer: {type: llm, prompt: "Where is my order?"}}
assert: [{type: contains, value: delivered}]
${CASES}`;
const looking = () => `${ROUTE}
tools: {order: {http: {url: "${provider.url}/order"}}}
nodes: {answer: {type: agent, prompt: "Look up my order.", tools: [order]}}
assert: [{type: contains, value: delivered}]
${CASES}`;

async function ended(id: string): Promise<ExperimentView> {
  let view: ExperimentView | undefined;
  await until(async () => {
    view = (await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${id}`)).body;
    return view.status === 'finished';
  });
  return view!;
}

async function experiment(sections: string, name: string): Promise<string> {
  await upload(app.one.operator, graphText(sections, name));
  const { body } = await app.one.operator.post<{ experiment: ExperimentView }>('/api/v1/experiments', {
    ...{ graph: name, repeat: 3 },
  });
  return (await ended(body.experiment.id)).id;
}

const attribute = (id: string, request: object = {}, client: Client = app.one.operator) =>
  client.post<AttributionEnvelope & Problem>(`/api/v1/experiments/${id}/attribute`, request);
const look = async (of: string, id: string): Promise<AttributionView> =>
  (await app.one.viewer.get<AttributionEnvelope>(`/api/v1/experiments/${of}/attributions/${id}`)).body
    .attribution;

async function attributed(id: string, request: object = {}): Promise<AttributionView> {
  const { status, body, headers } = await attribute(id, request);
  expect(status).toBe(202);
  expect(headers.get('location')).toBe(`/api/v1/experiments/${id}/attributions/${body.attribution.id}`);
  await ended(body.attribution.id);
  return look(id, body.attribution.id);
}

const partOf = ({ parts }: Attribution, source: FlakeSource) => parts.find((part) => part.source === source)!;

describe('whose flake it is', () => {
  it.each<[FlakeSource, string, () => string]>([
    ['judge', 'judged', () => JUDGED],
    ['model', 'plain', () => PLAIN],
    ['tools', 'looking', looking],
  ])('is that of the %s where it flips at random', async (source, name, sections) => {
    flipping = source;
    const id = await experiment(sections(), name);
    const view = await attributed(id);
    expect(view.result.flakes).toBe(true);
    expect(partOf(view.result, source).share!.estimate).toBeGreaterThan(0.9);
    for (const { source: other, share } of view.result.parts)
      if (other !== source) expect(share?.estimate ?? 0).toBeLessThan(0.1);
    expect(view).toMatchObject({ of: id, status: 'finished', isCutShort: false, maxCostUsd: null });
    expect(view.spentUsd).toBeGreaterThan(0);
    expect(view.spentUsd!).toBeCloseTo(view.estimateUsd!, 3);
  });

  it('is nobody\u2019s where nothing flakes: no share is invented', async () => {
    const id = await experiment(JUDGED, 'steady');
    const { result, progress } = await attributed(id, { repeats: 2, tapes: 1 });
    expect(progress).toMatchObject({ total: 12, passed: 12 });
    expect(result).toMatchObject({ flakes: false, flakyCases: 0, variance: { estimate: 0 } });
    expect(result.parts.map(({ share }) => share)).toEqual([null, null, null, null]);
  });

  it('is looked for in runs that are forks of the tapes, outside of the tree of forks', async () => {
    const id = await experiment(PLAIN, 'forked');
    const view = await attributed(id, { repeats: 2, tapes: 1 });
    const { items } = (
      await app.one.viewer.get<{ items: { id: string }[] }>(`/api/v1/runs?experiment=${view.id}`)
    ).body;
    expect(items).toHaveLength(6);
    const replay = await app.one.viewer.post(`/api/v1/user-testing/runs/${items[0]!.id}/replay`, {
      mode: 'strict',
    });
    expect(replay.body).toMatchObject({ identical: true });
    const { cases } = (await app.one.viewer.get<ExperimentView>(`/api/v1/experiments/${id}`)).body;
    const tree = (await app.one.viewer.get<ForkTree>(`/api/v1/runs/${cases[0]!.runs[0]!.id}/forks`)).body;
    expect(tree.items).toHaveLength(1);
    const list = await app.one.viewer.get<AttributionList>(`/api/v1/experiments/${id}/attributions`);
    expect(list.body.items.map((item) => item.id)).toEqual([view.id]);
  });

  it('costs no more than may be spent', async () => {
    flipping = 'model';
    const id = await experiment(PLAIN, 'bounded');
    const free = await attributed(id, { repeats: 3, tapes: 1 });
    const most = free.spentUsd! / 2;
    const asked = provider.requests.length;
    const bounded = await attributed(id, { repeats: 3, tapes: 1, maxCostUsd: most });
    expect(bounded).toMatchObject({ isCutShort: true, maxCostUsd: most });
    expect(bounded.spentUsd!).toBeLessThanOrEqual(most);
    expect(provider.requests.length - asked).toBe(4);
    expect(bounded.progress).toMatchObject({ total: 9, canceled: 5 });
  });

  it('is refused where it cannot be told, and says why', async () => {
    const id = await experiment(PLAIN, 'refusing');
    expect(codeOf(await attribute(id, { repeats: 1 }))).toBe('request/invalid');
    expect(codeOf(await attribute(id, { maxCostUsd: 0 }))).toBe('request/invalid');
    expect(codeOf(await attribute(id, {}, app.one.viewer))).toBe('access/forbidden');
    expect(codeOf(await attribute('0190c7a8-0000-7000-8000-000000000001'))).toBe('experiment/not-found');
    const made = await attributed(id, { repeats: 2, tapes: 1 });
    expect(codeOf(await attribute(made.id))).toBe('attribution/nothing-to-rerun');
    const other = await experiment(PLAIN.replace('Where', 'When'), 'refusing-too');
    const strange = await app.one.viewer.get(`/api/v1/experiments/${other}/attributions/${made.id}`);
    expect([strange.status, codeOf(strange)]).toEqual([404, 'attribution/not-found']);
    const still = await experiment(
      'nodes: {answer: {type: transform, value: "1 + 1"}}\nassert: [{type: equals, value: 2}]',
      'still',
    );
    expect(await attribute(still)).toMatchObject({
      status: 422,
      body: { code: 'attribution/nothing-to-rerun' },
    });
    const form = new FormData();
    form.append('format', 'tau-bench');
    form.append('file', new Blob([recordings()]), 'a.json');
    const imported = await app.one.operator.post<{ experiment: ExperimentView }>(
      '/api/v1/import/trajectories',
      form,
    );
    expect(await attribute(imported.body.experiment.id)).toMatchObject({
      status: 409,
      body: { code: 'replay/only-recorded' },
    });
    const unpriced = await experiment(PLAIN.replace('gpt-5-mini', 'nobody-knows'), 'unpriced');
    expect(await attribute(unpriced, { maxCostUsd: 1 })).toMatchObject({
      status: 422,
      body: { code: 'attribution/price-unknown' },
    });
  });

  it('made with an Idempotency-Key is made once', async () => {
    const id = await experiment(PLAIN, 'once');
    const post = () =>
      app.one.operator.post<AttributionEnvelope>(
        `/api/v1/experiments/${id}/attribute`,
        { repeats: 2, tapes: 1 },
        { 'idempotency-key': 'once' },
      );
    const [first, second] = [await post(), await post()];
    expect(second.body.attribution.id).toBe(first.body.attribution.id);
    await ended(first.body.attribution.id);
  });
});
