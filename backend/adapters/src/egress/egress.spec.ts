import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { newCancellation } from '@rehearse/engine';
import { fakeServer, type FakeServer } from '@rehearse/testkit';
import fc from 'fast-check';
import { refusal } from './addresses.js';
import { EgressFailure, OPEN_POLICY, send, type EgressPolicy, type EgressRequest } from './index.js';

let server: FakeServer | undefined;
afterEach(() => server?.close());

const CLOSED: EgressPolicy = { loopback: false, private: false, public: { httpsPorts: [443] } };

const call = (url: string, more: Partial<EgressRequest> = {}) =>
  send({
    method: 'GET',
    url: new URL(url),
    headers: {},
    signal: newCancellation().signal,
    deadlineMs: 10_000,
    maxBytes: 1_000,
    policy: OPEN_POLICY,
    ...more,
  });

const failure = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EgressFailure)) throw error;
  return `${error.fault}: ${error.message.replace(/(127\.0\.0\.1|localhost):\d+/g, '$1:*')}`;
};

describe('the way out', () => {
  it('hands over status, headers and body, and sends what it is given', async () => {
    server = await fakeServer((request, response) => {
      response.writeHead(201, { 'x-seen': request.headers['x-mine'] }).end(`got ${request.text}`);
    });
    const answer = await call(`${server.url}/a?b=c`, {
      method: 'POST',
      headers: { 'x-mine': 'yes' },
      body: 'für',
    });
    expect([answer.status, answer.headers['x-seen'], await answer.text()]).toEqual([201, 'yes', 'got für']);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/a?b=c',
      headers: { 'content-length': '4' },
    });
  });

  it('follows no redirect', async () => {
    server = await fakeServer((_, response) => void response.writeHead(302, { location: '/other' }).end());
    const answer = await call(server.url);
    expect([answer.status, await answer.text()]).toEqual([302, '']);
    expect(server.requests).toHaveLength(1);
  });

  it('reads an answer that comes packed, and counts its bytes unpacked', async () => {
    server = await fakeServer(({ path }, response) => {
      const text = path === '/bomb' ? 'x'.repeat(1_000_000) : 'hello';
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text));
    });
    expect(await (await call(server.url)).text()).toBe('hello');
    const bomb = await call(`${server.url}/bomb`);
    expect(await failure(bomb.text())).toBe('too-large: 127.0.0.1:* answered more than 1000 bytes');
  });

  it('ends an answer that drips for ever at its deadline', async () => {
    server = await fakeServer((_, response) => {
      response.write('a');
      const timer = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const answer = await call(server.url, { deadlineMs: 200 });
    expect(await failure(answer.text())).toBe('late: 127.0.0.1:* gave no answer within 200 ms');
    await server.hangUp();
  });

  it('closes the socket of a call that is no longer wanted', async () => {
    server = await fakeServer(() => {});
    const { signal, cancel } = newCancellation();
    const answer = failure(call(server.url, { signal }));
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    cancel();
    expect(await answer).toBe('aborted: the call is no longer wanted');
    await server.hangUp();
    expect(await failure(call(server.url, { signal }))).toBe('aborted: the call is no longer wanted');
  });

  it('tells an answer that breaks off from a host that cannot be reached', async () => {
    server = await fakeServer((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('a', () => response.destroy());
    });
    const answer = await call(server.url);
    expect(await failure(answer.text())).toBe('broken: the answer of 127.0.0.1:* broke off');
    await server.close();
    expect(await failure(call(server.url))).toBe(
      'unreachable: 127.0.0.1:* cannot be reached: nothing listens there',
    );
  });

  it('takes http and https without a user only', async () => {
    expect(await failure(call('ftp://example.com'))).toBe(
      'refused: only http and https are called, not ftp:',
    );
    expect(await failure(call('https://me:secret@example.com'))).toBe(
      'refused: an address with a user in it is not called: example.com',
    );
  });
});

describe('where calls may go', () => {
  it('is not this machine, however its address is written', async () => {
    server = await fakeServer((_, response) => void response.end('inside'));
    const { port } = new URL(server.url);
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '127.1',
      '[::ffff:127.0.0.1]',
      '[::1]',
      'localhost',
    ])
      expect(await failure(call(`http://${host}:${port}/`, { policy: CLOSED }))).toMatch(
        /^refused: calls to .* are not allowed here: it is this machine$/,
      );
    expect(await failure(call(`http://0:${port}/`, { policy: CLOSED }))).toMatch(
      /^refused: .* no address of a service$/,
    );
    expect(server.requests).toEqual([]);
  });

  it('is this machine where that is allowed, and anywhere for an address of the operator', async () => {
    server = await fakeServer((_, response) => void response.end('inside'));
    for (const policy of [{ ...CLOSED, loopback: true }, null])
      expect(await (await call(server.url, { policy })).text()).toBe('inside');
  });

  it('does not share the connections of what is allowed elsewhere', async () => {
    server = await fakeServer((_, response) => void response.end('inside'));
    await (await call(server.url, { policy: null })).text();
    expect(await failure(call(server.url, { policy: CLOSED }))).toMatch(/^refused/);
  });

  it.each([
    ['169.254.169.254', 'it is no address of a service'],
    ['168.63.129.16', 'it is no address of a service'],
    ['fd00:ec2::254', 'it is no address of a service'],
    ['64:ff9b::7f00:1', 'it is no address of a service'],
    ['2002:7f00:1::', 'it is no address of a service'],
    ['::', 'it is no address of a service'],
    ['224.0.0.1', 'it is no address of a service'],
    ['not an address', 'it is no address of a service'],
    ['10.1.2.3', 'it is in a private network'],
    ['100.64.0.1', 'it is in a private network'],
    ['fd12::1', 'it is in a private network'],
    ['::ffff:192.168.0.1', 'it is in a private network'],
    ['93.184.216.34', null],
  ])('%s: %s', (address, reason) => {
    expect(refusal({ address, port: 443, isSecure: true }, CLOSED)).toBe(reason);
  });

  it('is by https and its ports alone on the internet, unless anything goes', () => {
    const address = '93.184.216.34';
    expect(refusal({ address, port: 80, isSecure: false }, CLOSED)).toBe('it has to be https');
    expect(refusal({ address, port: 8443, isSecure: true }, CLOSED)).toBe('its port is not 443');
    expect(refusal({ address, port: 80, isSecure: false }, OPEN_POLICY)).toBeNull();
  });

  it('is never a link-local address, whatever is allowed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), (third, fourth) => {
        const address = `169.254.${third}.${fourth}`;
        expect(refusal({ address, port: 80, isSecure: false }, OPEN_POLICY)).not.toBeNull();
      }),
    );
  });
});
