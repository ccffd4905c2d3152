import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Diagnostic, Problem } from '@rehearse/contracts';
import { codeOf, startTestApp, type TestApp } from './harness.js';
import { REFUND } from './samples.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const send = (body: string | Uint8Array, path = 'upload') =>
  app.one.operator.call(`/api/v1/graphs/${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/yaml' },
  });

const HEAD = 'apiVersion: rehearse/v1\nkind: Graph\nname: broken\n';
const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)));

/** What no reading of the format allows. */
const BROKEN: [string, string | Uint8Array][] = [
  ['brackets 20,000 deep', `${HEAD}nodes: ${'['.repeat(20_000)}`],
  ['closed brackets 1,200 deep', `${HEAD}nodes: ${'['.repeat(1_200)}${']'.repeat(1_200)}`],
  ['braces 5,000 deep', `${HEAD}nodes: ${'{a: '.repeat(5_000)}`],
  ['blocks 500 deep', HEAD + Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['lists in one line', `${HEAD}nodes: \n  ${'- '.repeat(10_000)}x`],
  ['an alias of itself', `${HEAD}nodes: &a {x: *a}`],
  ['an alias of nothing', `${HEAD}nodes: *nobody`],
  ['a thousand aliases', `${HEAD}labels: &a {x: y}\nnodes: [${'*a, '.repeat(1_000)}]`],
  ['a key of half a mebibyte', `${HEAD}${'k'.repeat(524_288)}: 1\nnodes: {a: {type: transform, value: "1"}}`],
  ['a key without an end', `${HEAD}? ${'x'.repeat(5_000)}`],
  ['a mapping as a key', `${HEAD}? {a: 1}\n: 2`],
  ['a NUL byte in a value', bytes(HEAD, 'description: a', [0], 'b\n')],
  ['a NUL byte alone', bytes([0])],
  ['an escaped NUL in a name', `${HEAD}description: "a\\0b"\nnodes: {"a\\0": {type: transform, value: "1"}}`],
  ['control characters', `${HEAD}nodes: \u0001\u0002\u0008`],
  ['bytes that are no UTF-8', bytes(HEAD, 'description: ', [0xc3, 0x28, 0xff, 0xfe], '\n')],
  ['half a character', bytes(HEAD, 'description: ', [0xe2, 0x82])],
  ['UTF-16', bytes([0xff, 0xfe], [...Buffer.from(HEAD, 'utf16le')])],
  ['a lone surrogate', bytes(HEAD, 'description: ', [0xed, 0xa0, 0x80], '\n')],
  ['keys given twice', `${HEAD}name: again\nnodes: {a: {type: transform, value: "1"}, a: {type: transform}}`],
  ['a prototype', `${HEAD}nodes: {__proto__: {type: transform, value: "1"}}`],
  ['a merge into a prototype', `${HEAD}<<: {__proto__: {x: 1}}\nnodes: {}`],
  ['a custom tag', `${HEAD}nodes: !!js/function 'function () {}'`],
  ['a binary tag', `${HEAD}description: !!binary "AAAA"\nnodes: {}`],
  ['two documents', `${HEAD}---\n${HEAD}`],
  ['a tab as indentation', `${HEAD}nodes:\n\ta: 1`],
  ['an unknown directive', `%TAG ! tag:x,2000:\n%YAML 9.9\n---\n${HEAD}`],
  ['no mapping', '- a\n- b'],
  ['a number', '42'],
  ['numbers beyond all', `${HEAD}nodes: {a: {type: llm, maxTurns: 1e999}}`],
  ['not a number', `${HEAD}budget: {maxCostUsd: .nan}\nnodes: {}`],
  ['an expression without an end', `${HEAD}nodes: {a: {type: transform, value: "${'('.repeat(5_000)}"}}`],
  [
    'a pattern that would never end',
    `${HEAD}nodes: {a: {type: transform, value: "1"}}\nassert: [{type: regex, value: "(a+)+(?=b)"}]`,
  ],
];

/** Values of every type at the places of a document. */
const WRONG = ['null', 'true', '-1', '1.5', '""', '[]', '{}', '[[[]]]', '2026-01-01', '"{{"', '"${secret:"'];
const PLACES = [
  ...['apiVersion', 'kind', 'name', 'labels', 'inputs', 'providers', 'mocks', 'tools', 'nodes', 'contracts'],
  ...['assert', 'cases', 'matrix', 'chaos', 'metamorphic', 'budget', 'virtualTime', 'output'],
];
const wrongTypes = PLACES.flatMap((key) =>
  WRONG.map(
    (value) =>
      `${REFUND.replace(new RegExp(`^${key}:[^]*?(?=^[a-zA-Z#]|$(?![^]))`, 'm'), '')}\n${key}: ${value}\n`,
  ),
);
const cut = Array.from({ length: 60 }, (_, i) => REFUND.slice(0, Math.floor((REFUND.length * (i + 1)) / 61)));
const sown = ['\t', '\0', '{', ']', ': ', '- ', '&a ', '*a', '"', '%', '\ufeff', '|\n'].flatMap((text) =>
  [0.1, 0.35, 0.6, 0.85].map((at) => {
    const place = Math.floor(REFUND.length * at);
    return REFUND.slice(0, place) + text + REFUND.slice(place);
  }),
);

describe('an upload', () => {
  it.each(BROKEN)('is refused with where and why when it has %s', async (_, body) => {
    for (const path of ['upload', 'validate']) {
      const answer = await send(body, path);
      if (path === 'validate' && answer.status === 200) {
        expect(answer.body).toMatchObject({ valid: false });
        continue;
      }
      expect([400, 422]).toContain(answer.status);
      const { errors = [] } = answer.body as Problem;
      if (answer.status === 400) expect(codeOf(answer)).toBe('request/invalid');
      else
        for (const { code, message, line } of errors as Diagnostic[]) {
          expect(code).toMatch(/^[a-z]+\/[a-z-]+$/);
          expect([message.length > 0, line >= 1]).toEqual([true, true]);
        }
      if (answer.status === 422) expect(errors.length).toBeGreaterThan(0);
    }
  });

  it('is never kept with other text than was sent, where bytes are no UTF-8', async () => {
    const sound = 'nodes: {a: {type: transform, value: "1"}}\n';
    const answer = await send(bytes(HEAD, 'description: caf', [0xe9], `\n${sound}`));
    expect([answer.status, codeOf(answer)]).toEqual([400, 'request/invalid']);
    expect((answer.body as Problem).detail).toContain('UTF-8');
    const whole = await send(bytes(HEAD, 'description: caf', [0xc3, 0xa9], `\n${sound}`));
    expect(whole.body).toMatchObject({ graph: { description: 'café' } });
  });

  it('is answered, and never by an error of ours, whatever stands where', async () => {
    const documents = [...wrongTypes, ...cut, ...sown];
    expect(documents.length + BROKEN.length).toBeGreaterThan(300);
    const odd: unknown[] = [];
    for (const body of documents) {
      const { status, body: said } = await send(body);
      if (![200, 201, 400, 422].includes(status)) odd.push([status, said, body.slice(-80)]);
    }
    expect(odd).toEqual([]);
    expect((await app.anonymous.get('/live')).status).toBe(200);
  });
});
