import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { withRequest } from '../http/request-context.js';
import { NestLogger, createLog, type LogSettings } from './index.js';

function capture(settings: Partial<LogSettings> = {}) {
  let text = '';
  const out = { write: (more: string) => (text += more) };
  const made = createLog({ level: 'debug', format: 'json', fileMaxMiB: 1, secrets: [], out, ...settings });
  const lines = () =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { ...made, text: () => text, lines };
}

describe('the log', () => {
  it('is one object a line, with the names that operators filter by', () => {
    const { log, lines } = capture();
    log.named('runs').info('A run ended.', { runId: 'r1', tenantId: 't1', durationMs: 12 });
    expect(lines()).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        level: 'info',
        logger: 'runs',
        message: 'A run ended.',
        runId: 'r1',
        tenantId: 't1',
        durationMs: 12,
      },
    ]);
  });

  it('carries the id of the request that is being served, and its tenant', () => {
    const { log, lines } = capture();
    const principal = {
      tenantId: 't7',
      userId: 'u',
      apiKey: null,
      role: 'Admin',
      scopes: [],
      isOwner: false,
      expiresAt: null,
    } as const;
    withRequest({ requestId: 'abc', traceparent: undefined, principal }, () => log.warn('Slow.'));
    log.warn('Outside.');
    expect(lines().map(({ correlationId, tenantId }) => [correlationId, tenantId])).toEqual([
      ['abc', 't7'],
      [undefined, undefined],
    ]);
  });

  it('tells an error with code, stack and cause', () => {
    const { log, lines } = capture();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    log.error('Failed.', { error: new Error('no database', { cause }) });
    log.error('Failed.', { error: 'just text' });
    expect(lines().map(({ error }) => error)).toEqual([
      {
        message: 'no database',
        stack: expect.stringContaining('logging.spec'),
        cause: { code: 'ECONNREFUSED', message: 'refused', stack: expect.any(String) },
      },
      { message: 'just text' },
    ]);
  });

  it('holds no secret: not in fields that are named so, not in the text of other people\u2019s errors', () => {
    const secret = 'pa"ss\\word-7';
    const { log, text } = capture({ secrets: [secret] });
    log.info('Sent.', {
      headers: { authorization: 'Bearer abcdef' },
      password: 'x1y2z3',
      error: new Error(`login ${secret} failed`),
    });
    expect(text()).not.toMatch(/abcdef|x1y2z3|ss\\\\word-7/);
    expect(text()).toContain('login [redacted] failed');
  });

  it('is text for people when that is asked for', () => {
    const { log, text } = capture({ format: 'text' });
    log.named('http').warn('Slow.', { durationMs: 7 });
    log.error('Broken.', { error: new Error('why') });
    const plain = stripVTControlCharacters(text());
    expect(plain).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}http Slow\. durationMs=7\n/);
    expect(plain).toMatch(/ERROR rehearse Broken\.\n {2}Error: why\n/);
  });

  it('leaves out what is less important than the level', () => {
    const { log, text } = capture({ level: 'warn' });
    log.info('x');
    log.debug('y');
    expect(text()).toBe('');
  });

  it('takes what Nest says, its start only for those who debug', () => {
    const { log, lines } = capture();
    const nest = new NestLogger(log);
    nest.log('started', 'NestFactory');
    nest.error('broke', 'the stack', 'Router');
    expect(lines().map(({ level, logger, message, stack }) => [level, logger, message, stack])).toEqual([
      ['debug', 'nest.NestFactory', 'started', undefined],
      ['error', 'nest.Router', 'broke', 'the stack'],
    ]);
  });

  it('also goes to a file, which is set aside when it grows', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'rehearse-log-'));
    const file = path.join(folder, 'rehearse.log');
    const { log, close } = capture({ file, fileMaxMiB: 1 });
    for (let i = 0; i < 24; i++) {
      log.info('x'.repeat(100_000));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await close();
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file).length).toBeLessThan(1_200_000);
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(folder).length).toBeGreaterThan(1);
    rmSync(folder, { recursive: true });
  });
});
