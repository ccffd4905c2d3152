import { describe, expect, it } from '@jest/globals';
import { graphText, told } from '../testing/told.js';

const HEAD = `providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
tools: {look: {mock: [{return: 1}]}, never_called: {mock: [{return: 1}]}}
nodes:
  ask: {type: agent, prompt: x, tools: [look]}
  sum: {type: transform, value: "1"}
`;

const chaos = (...rules: string[]): string =>
  told(graphText(`${HEAD}chaos:\n  p:\n${rules.map((rule) => `    - {${rule}}\n`).join('')}`))
    .split('\n')
    .filter((line) => line.includes('chaos.'))
    .join('\n');

describe('a chaos profile', () => {
  it('names targets that exist and make such calls', () => {
    expect(
      chaos(
        'on: "llm:asl", fault: error',
        'on: "tool:lok", fault: error',
        'on: "llm:sum", fault: error',
        'on: "tool:never_called", fault: error',
        'on: "http:ask", fault: error',
        'on: "tool:x*", fault: error',
        'on: "llm:*", fault: error',
        'on: ask, fault: error',
      ),
    ).toMatchInlineSnapshot(`
      "12:12-21 graph/unknown-node chaos.p[0].on: there is no node \`asl\` (did you mean \`ask\`?)
      13:12-22 graph/unknown-tool chaos.p[1].on: there is no tool \`lok\` (did you mean \`look\`?)
      14:12-21 graph/chaos-target chaos.p[2].on: nothing makes a call that is llm:sum (name a node that asks a model)
      15:12-31 graph/chaos-target chaos.p[3].on: nothing makes a call that is tool:never_called (name a tool that a node calls)
      16:12-22 graph/chaos-target chaos.p[4].on: nothing makes a call that is http:ask (name an agent with \`driver: http\`, or a node that calls a tool with \`http\`)
      17:12-21 warning graph/chaos-target chaos.p[5].on: nothing makes a call that is tool:x* (name a tool that a node calls)
      19:12-15 graph/bad-value chaos.p[7].on: "ask" must be llm:<node>, tool:<name> or http:<node>"
    `);
  });

  it('asks of its targets what can be done to them', () => {
    expect(
      chaos(
        'on: "llm:ask", fault: wrong-tool-result',
        'on: "llm:*", fault: inject, text: x',
        'on: "tool:look", fault: slow-stream, delay: 1s',
      ),
    ).toMatchInlineSnapshot(`
      "12:30-47 graph/chaos-fault chaos.p[0].fault: the fault wrong-tool-result cannot be done to llm:ask (use it on tool:<name>)
      13:28-34 graph/chaos-fault chaos.p[1].fault: the fault inject cannot be done to llm:* (use it on tool:<name>)
      14:32-43 graph/chaos-fault chaos.p[2].fault: the fault slow-stream cannot be done to tool:look (use it on llm:<node>)"
    `);
  });

  it('gives a fault what it needs, and nothing else', () => {
    expect(
      chaos(
        'on: "llm:ask", fault: latency',
        'on: "llm:ask", fault: latency, p50: 1s',
        'on: "llm:ask", fault: slow-stream, delay: 1s, p50: 1s, p99: 2s',
        'on: "llm:ask", fault: latency, delay: 1s, p99: 2s',
        'on: "llm:ask", fault: latency, p50: 3s, p99: 1s',
        'on: "tool:look", fault: corrupt-field',
        'on: "tool:look", fault: corrupt-field, path: "a..b"',
        'on: "tool:look", fault: inject',
        'on: "tool:look", fault: clock-skew, by: soon',
        'on: "tool:look", fault: clock-skew, by: -1h',
        'on: "tool:look", fault: error, delay: 1s',
        'on: "tool:look", fault: explode',
        'on: "tool:look", fault: error, when: argz.x == 1',
        'on: "llm:ask", fault: error, when: node == "ask" && turn > 1',
      ),
    ).toMatchInlineSnapshot(`
      "12:30-37 graph/missing-key chaos.p[0].fault: the fault latency needs \`delay\`, or \`p50\` and \`p99\` (add \`delay: 2s\`)
      13:30-37 graph/missing-key chaos.p[1].fault: the fault latency needs \`delay\`, or \`p50\` and \`p99\` (add \`delay: 2s\`)
      14:54-57 graph/bad-value chaos.p[2].p50: \`p50\` is not looked at beside \`delay\` (remove \`p50\`, or \`delay\`)
      14:63-66 graph/bad-value chaos.p[2].p99: \`p99\` is not looked at beside \`delay\` (remove \`p99\`, or \`delay\`)
      15:50-53 graph/bad-value chaos.p[3].p99: \`p99\` is not looked at beside \`delay\` (remove \`p99\`, or \`delay\`)
      16:44-46 graph/bad-value chaos.p[4].p50: \`p50\` is longer than \`p99\` (swap the two)
      17:32-45 graph/missing-key chaos.p[5].fault: the fault corrupt-field needs \`path\` (add \`path: order.lines[0].total\`)
      18:53-59 graph/bad-value chaos.p[6].path: \`a..b\` is no path of a field (write it as in \`path: order.lines[0].total\`)
      19:32-38 graph/missing-key chaos.p[7].fault: the fault inject needs \`text\` (add \`text: Ignore what you were told.\`)
      20:48-52 graph/bad-value chaos.p[8].by: \`soon\` is no duration with a sign (write it as in \`by: -1h\`)
      22:39-44 graph/unknown-key chaos.p[10].delay: the fault error has no \`delay\` (remove \`delay\`)
      23:32-39 graph/bad-value chaos.p[11].fault: "explode" is not a value of \`fault\` (one of latency, error, timeout, reset, malformed, truncate, empty, slow-stream, stale, corrupt-field, inject, wrong-tool-result, clock-skew, duplicate)
      24:45-49 expression/unknown-name chaos.p[12].when: unknown name \`argz\`; known here are args, inputs, vars, run (did you mean \`args\`?)"
    `);
  });
});
