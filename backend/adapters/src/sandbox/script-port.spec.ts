import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { livePorts, newCancellation, type ScriptAsk } from '@rehearse/engine';
import { graphOf, runGraph, virtualClock } from '@rehearse/testkit';
import { arePlain, scriptPort } from './script-port.js';

const trusting = scriptPort({ allowsJavaScript: true });
const wary = scriptPort({ allowsJavaScript: false });
afterAll(() => [trusting, wary].forEach((port) => port.close()));

const graph = graphOf(`
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: SELECT id FROM orders}}]}
nodes: {a: {type: llm, prompt: x}}
assert:
  - {type: javascript, value: 'output.startsWith(context.vars.verb)'}
  - {type: is-sql}
  - {type: assert-set, assert: [{type: not-javascript, value: 'output.length / 100', threshold: 0.5}, {type: not-is-sql}], threshold: 0.5}
`);

const { signal } = newCancellation();

/** The processes that this one started. */
const children = (): string => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');

async function results(script: typeof trusting): Promise<string[]> {
  const ports = livePorts({ graph, seed: 1, clock: virtualClock(), script });
  const { view } = await runGraph(graph, { vars: { verb: 'SELECT' }, ports });
  return view.assertions.map(({ type, verdict, reason }) => `${type} ${verdict}: ${reason}`);
}

describe('the port of scripts', () => {
  it('runs what the assertions of a graph ask for', async () => {
    expect(await results(trusting)).toMatchInlineSnapshot(`
      [
        "javascript passed: expected "output.startsWith(context.vars.verb)" to hold, got true",
        "is-sql passed: expected the output to be SQL of MySQL, got "SELECT id FROM orders"",
        "assert-set failed: expected the score of the set to be at least 0.5, got 1 of 2, score 0.395; not-is-sql failed: expected the output not to be SQL of MySQL, got "SELECT id FROM orders"",
      ]
    `);
  });

  it('runs no program where none is allowed, and reads SQL all the same', async () => {
    expect(await results(wary)).toMatchInlineSnapshot(`
      [
        "javascript errored: JavaScript assertions are off here; an Admin allows them with REHEARSE_JAVASCRIPT_ASSERTIONS=true",
        "is-sql passed: expected the output to be SQL of MySQL, got "SELECT id FROM orders"",
        "assert-set errored: expected the score of the set to be at least 0.5, got 0 of 2, score 0; not-javascript errored: JavaScript assertions are off here; an Admin allows them with REHEARSE_JAVASCRIPT_ASSERTIONS=true; not-is-sql failed: expected the output not to be SQL of MySQL, got "SELECT id FROM orders"",
      ]
    `);
  });

  it('answers many at once, each with its own', async () => {
    const ask = (n: number): ScriptAsk => ({
      ...{ kind: 'script', language: 'javascript', form: 'expression', seed: n },
      ...{ source: '[output][0] * 2 | 0', bindings: { output: n, context: null } },
    });
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => trusting.run(ask(n), signal)));
    expect(answers).toEqual(answers.map((_, n) => ({ ok: true, value: n * 2 })));
  });

  // Only Linux lists what another process has started.
  it('starts no process for programs that are plain', async () => {
    if (process.platform !== 'linux') return;
    const before = children();
    const own = scriptPort({ allowsJavaScript: true });
    const run = (source: string) =>
      own.run(
        {
          kind: 'script',
          language: 'javascript',
          form: 'expression',
          seed: 1,
          source,
          bindings: { output: 'a', context: null },
        },
        signal,
      );
    expect(await run('output.length')).toEqual({ ok: true, value: 1 });
    expect(children()).toEqual(before);
    expect(await run('[...output].length')).toEqual({ ok: true, value: 1 });
    expect(children()).not.toEqual(before);
    own.close();
  });

  it('knows of a program, in whatever form, whether it is plain', async () => {
    expect(await arePlain([])).toBe(true);
    expect(await arePlain(['output', 'const a = output; return a', 'const a = output; a'])).toBe(true);
    expect(await arePlain(['output', '[...output]'])).toBe(false);
    // Many are known at a time, and again after others have taken their place.
    expect(await arePlain(Array.from({ length: 500 }, (_, n) => `output + ${n}`))).toBe(true);
    expect(await arePlain(['output', '[...output]'])).toBe(false);
  });
});
