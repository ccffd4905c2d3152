import { afterAll, describe, expect, it } from '@jest/globals';
import { livePorts, type ScriptAsk } from '@rehearse/engine';
import { graphOf, runGraph, virtualClock } from '@rehearse/testkit';
import { scriptPort } from './script-port.js';

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
      ...{ source: 'output * 2', bindings: { output: n, context: null } },
    });
    const signal = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => trusting.run(ask(n), signal)));
    expect(answers).toEqual(answers.map((_, n) => ({ ok: true, value: n * 2 })));
  });
});
