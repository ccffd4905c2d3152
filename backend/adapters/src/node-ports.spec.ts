import { afterEach, describe, expect, it } from '@jest/globals';
import { executeRun, replayStrict } from '@rehearse/engine';
import { fakeOpenai, fakeServer, graphOf, type FakeServer } from '@rehearse/testkit';
import { nodePorts, type NodePortsOptions } from './node-ports.js';
import { dataOf } from './testing/data-of.js';
import { testSettings } from './testing/settings.js';

let server: FakeServer;
afterEach(() => server?.close());

async function run(
  sections: string,
  more: Partial<NodePortsOptions> & { vars?: Record<string, string> } = {},
) {
  const graph = graphOf(sections);
  const { vars = {}, live = false, offline = false, settings = testSettings() } = more;
  const runId = 'run-1';
  const ports = nodePorts({ graph, runId, seed: 1, live, offline, settings });
  const { events } = await executeRun({ graph, runId, vars, seed: 1, live, offline, ports });
  return { graph, events };
}

const tool = (http: string, more = '') => `
tools:
  shop:
    parameters: {type: object}
    http: ${http}
    ${more}
nodes:
  buy: {type: tool, tool: shop, args: {id: "{{ inputs.id }}", price: 3}, onError: continue}
output: nodes.buy.output
`;

describe('a tool with http', () => {
  it('is called with its templates filled in, and its JSON is the result', async () => {
    server = await fakeServer((_, response) => {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.end('{"bought": true}');
    });
    const { events } = await run(
      tool(`
      url: "${server.url}/orders/{{ args.id }}?a=1"
      headers: {authorization: "Bearer \${secret:shop}", x-seed: "{{ run.seed }}"}
      query: {price: "{{ args.price }}", note: "for {{ inputs.id }}"}
      json: {order: "{{ args.id }}", price: "{{ args.price }}"}`),
      { vars: { id: 'W 1/../x?' }, settings: testSettings({ secrets: () => 'hunter22' }) },
    );
    expect(dataOf(events, 'tool.returned')).toEqual([{ tool: 'shop', result: { bought: true } }]);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/orders/W%201%2F..%2Fx%3F?a=1&price=3&note=for+W+1%2F..%2Fx%3F',
      headers: { authorization: 'Bearer hunter22', 'x-seed': '1', 'content-type': 'application/json' },
      json: { order: 'W 1/../x?', price: 3 },
    });
    expect(server.requests[0]!.headers).not.toHaveProperty('idempotency-key');
  });

  it('gives text where the answer is no JSON, and null where there is none', async () => {
    server = await fakeServer(
      ({ path }, response) => void response.end(path === '/empty' ? '' : 'plain {text}'),
    );
    const first = await run(tool(`{url: "${server.url}/"}`), { vars: { id: 'a' } });
    expect(dataOf(first.events, 'tool.returned')[0]!.result).toBe('plain {text}');
    const second = await run(tool(`{url: "${server.url}/empty"}`), { vars: { id: 'a' } });
    expect(dataOf(second.events, 'tool.returned')[0]!.result).toBeNull();
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  /** How often a tool is sent that changes something, where it may be tried three times. */
  async function sends(onRequest: Parameters<typeof fakeServer>[0], more = '') {
    server = await fakeServer(onRequest);
    const retry = 'retry: {attempts: 3, initialDelay: 1ms, maxDelay: 50ms}';
    const { graph, events } = await run(`
tools: {pay: {sideEffect: true, http: {method: POST, url: "${server.url}/", json: 1}}}
nodes: {buy: {type: tool, tool: pay, args: {}, onError: continue, ${retry}${more}}}
`);
    expect((await replayStrict({ graph, events })).divergence).toBeUndefined();
    return { events, sent: server.requests.length };
  }

  it('is not sent again where it has a side effect that may have happened', async () => {
    const late = await sends(() => undefined, ', timeout: 30ms');
    expect(late.sent).toBe(1);
    expect(dataOf(late.events, 'tool.failed')).toMatchObject([
      { error: { code: 'tool/timeout' }, retryable: false },
    ]);
    await server.close();
    const cut = await sends((_, response) => void response.destroy());
    expect(cut.sent).toBe(1);
    expect(dataOf(cut.events, 'tool.failed')).toMatchObject([
      { error: { code: 'tool/unreachable' }, retryable: false },
    ]);
  });

  it('is sent again where it has a side effect that cannot have happened', async () => {
    const busy = await sends((_, response) => void response.writeHead(503).end());
    expect(busy.sent).toBe(3);
    await server.close();
    server = await fakeServer(() => undefined);
    const { url } = server;
    await server.close();
    const { events } = await run(`
tools: {pay: {sideEffect: true, http: {method: POST, url: "${url}/", json: 1}}}
nodes: {buy: {type: tool, tool: pay, args: {}, onError: continue, retry: {attempts: 3, initialDelay: 1ms}}}
`);
    expect(dataOf(events, 'tool.failed').map(({ error }) => error.code)).toEqual(
      Array(3).fill('tool/unreachable'),
    );
  });

  it('is not sent again when it is refused, and no sooner than it asks for when it is busy', async () => {
    const refused = await sends((_, response) => void response.writeHead(404).end());
    expect(refused.sent).toBe(1);
    await server.close();
    const before = Date.now();
    const { events, sent } = await sends(
      (_, response) => void response.writeHead(429, { 'retry-after-ms': '40' }).end(),
    );
    expect([sent, dataOf(events, 'tool.failed')[0]!.retryAfterMs]).toEqual([3, 40]);
    expect(Date.now() - before).toBeGreaterThanOrEqual(80);
  });

  it('fails with the status of an answer that is none', async () => {
    server = await fakeServer((_, response) => void response.writeHead(409).end('sold out'));
    const { events } = await run(tool(`{url: "${server.url}/"}`), { vars: { id: 'a' } });
    expect(dataOf(events, 'tool.failed')).toEqual([
      {
        tool: 'shop',
        error: {
          code: 'tool/error',
          category: 'tool',
          status: 409,
          message: 'the tool answered 409: sold out',
        },
        retryable: false,
      },
    ]);
  });

  it('answers from its mock, unless the run is live', async () => {
    server = await fakeServer((_, response) => void response.end('real'));
    const graph = tool(`{url: "${server.url}/"}`, 'mock: [{return: mocked}]');
    const result = async (live: boolean, offline = false) =>
      dataOf((await run(graph, { vars: { id: 'a' }, live, offline })).events, 'tool.returned')[0]!.result;
    expect([await result(false), await result(true), await result(true, true)]).toEqual([
      'mocked',
      'real',
      'mocked',
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('is refused offline when it has no mock', async () => {
    server = await fakeServer(() => {});
    const { events } = await run(tool(`{url: "${server.url}/"}`), { vars: { id: 'a' }, offline: true });
    expect(dataOf(events, 'tool.failed')[0]!.error).toEqual({
      code: 'tool/offline',
      category: 'validation',
      message: 'tools.shop is not called: the run is offline, and it has no `mock`',
    });
    expect(server.requests).toEqual([]);
  });

  it('with a side effect carries the same key each time that the same step of the same run calls', async () => {
    server = await fakeServer((_, response) => void response.end('ok'));
    const graph = tool(`{url: "${server.url}/", method: POST}`, 'sideEffect: true');
    for (const id of ['a', 'b']) await run(graph, { vars: { id } });
    const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('says which secret is missing, and sends nothing', async () => {
    server = await fakeServer(() => {});
    const { events } = await run(tool(`{url: "${server.url}/", headers: {x-key: "\${secret:shop.key-2}"}}`), {
      vars: { id: 'a' },
    });
    expect(dataOf(events, 'tool.failed')[0]!.error).toEqual({
      code: 'secret/missing',
      category: 'validation',
      message: 'there is no secret `shop.key-2`: set REHEARSE_SECRET_SHOP_KEY_2',
    });
    expect(server.requests).toEqual([]);
  });

  it('of an agent that could not even be called here ends its node, and is not told to the model', async () => {
    server = await fakeServer(() => {});
    const graph = `
providers: {main: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{when: toolResults.size() == 0, reply: {toolCalls: [{name: shop}]}}, {reply: {content: I cannot.}}]}
tools: {shop: {http: {url: "${server.url}/", headers: {x-key: "\${secret:shop}"}}}}
nodes: {buy: {type: agent, prompt: x, tools: [shop]}}
assert: [{type: contains, value: bought}]
`;
    for (const [offline, code] of [
      [false, 'secret/missing'],
      [true, 'tool/offline'],
    ] as const) {
      const { events } = await run(graph, { offline });
      expect(dataOf(events, 'node.errored')[0]!.error.code).toBe(code);
      expect(dataOf(events, 'run.finished')[0]!.verdict).toBe('errored');
    }
  });

  it('never shows a secret, not even when the tool answers with it, nor gives one to who asks for it in a value', async () => {
    const secret = 'hunter22/+"x';
    server = await fakeServer(({ headers, text }, response) => {
      const seen = String(headers['x-key']);
      const forms = [
        seen,
        encodeURIComponent(seen),
        JSON.stringify(seen),
        Buffer.from(seen).toString('base64'),
        text,
      ];
      response.end(forms.join(' '));
    });
    const asked = '${secret:shop}';
    const { events } = await run(
      tool(`{url: "${server.url}/", headers: {x-key: "\${secret:shop}"}, json: {said: "so {{ args.id }}"}}`),
      { vars: { id: asked }, settings: testSettings({ secrets: () => secret }) },
    );
    expect(server.requests[0]!.headers['x-key']).toBe(secret);
    expect(server.requests[0]!.json).toEqual({ said: `so ${asked}` });
    const journal = JSON.stringify(events);
    for (const form of [
      secret,
      'hunter22',
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ])
      expect(journal).not.toContain(form);
    expect(dataOf(events, 'tool.returned')[0]!.result).toContain('[secret shop]');
  });

  it('may not reach what the place does not allow, and cannot put a line into a header', async () => {
    server = await fakeServer((_, response) => void response.end('inside'));
    const egress = { loopback: false, private: false, public: 'any' } as const;
    const refused = await run(tool(`{url: "${server.url}/"}`), {
      vars: { id: 'a' },
      settings: testSettings({ egress }),
    });
    expect(dataOf(refused.events, 'tool.failed')[0]!.error).toMatchObject({
      code: 'egress/refused',
      category: 'policy',
    });
    const broken = await run(tool(`{url: "${server.url}/", headers: {x-id: "{{ args.id }}"}}`), {
      vars: { id: 'a\r\nx-admin: true' },
    });
    expect(dataOf(broken.events, 'tool.failed')[0]!.error).toMatchObject({
      code: 'tool/bad-call',
      message: 'headers: the value of x-id cannot stand in a header',
    });
    const nowhere = await run(tool('{url: "{{ args.id }}/x"}'), { vars: { id: 'no address' } });
    expect(dataOf(nowhere.events, 'tool.failed')[0]!.error).toMatchObject({
      code: 'tool/bad-call',
      message: 'the url is none once it is filled in',
    });
    expect(server.requests).toEqual([]);
  });
});

describe('a route', () => {
  const ROUTE = (targets: string) => `
providers: {main: {targets: [${targets}], retry: {attempts: 1}}}
mocks: {last: [{reply: {content: mocked}}]}
nodes: {ask: {type: llm, prompt: "Hello"}}
output: nodes.ask.output
`;
  const MOCK = '{provider: mock, script: last}';

  it('passes over a target without credentials, and over all that leave when the run is offline', async () => {
    server = await fakeOpenai(() => ({ text: 'real' }));
    const targets = `{provider: openai, model: m}, {provider: openai-compatible, model: m, baseUrl: "${server.url}"}, ${MOCK}`;
    const online = await run(ROUTE(targets));
    const offline = await run(ROUTE(targets), { offline: true });
    const reasons = [online, offline].map(({ events }) =>
      dataOf(events, 'provider.switched').map(({ reason }) => reason),
    );
    expect(reasons).toEqual([['not_configured'], ['offline', 'offline']]);
    const said = [online, offline].map(({ events }) => dataOf(events, 'run.finished')[0]!.output);
    expect(said).toEqual(['real', 'mocked']);
  });

  it('is called with the secret that a target names, and the journal does not hold it', async () => {
    server = await fakeOpenai(() => ({ text: 'your key is sk-hidden-1' }));
    const target = `{provider: openai, model: m, baseUrl: "${server.url}", apiKey: "\${secret:mine}"}`;
    const settings = testSettings({ secrets: (name) => (name === 'mine' ? 'sk-hidden-1' : undefined) });
    const { events } = await run(ROUTE(target), { settings });
    expect(server.requests[0]!.headers.authorization).toBe('Bearer sk-hidden-1');
    expect(JSON.stringify(events)).not.toContain('sk-hidden-1');
    expect(dataOf(events, 'run.finished')[0]!.output).toBe('your key is [secret mine]');
  });

  it('replays strictly, without a key and without a call', async () => {
    server = await fakeOpenai(() => ({ text: 'real' }));
    const { graph, events } = await run(
      ROUTE(
        `{provider: openai, model: m}, {provider: openai-compatible, model: m, baseUrl: "${server.url}"}`,
      ),
    );
    expect((await replayStrict({ graph, events })).identical).toBe(true);
    expect(server.requests).toHaveLength(1);
  });
});
