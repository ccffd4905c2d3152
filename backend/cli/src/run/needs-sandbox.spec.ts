import { describe, expect, it } from '@jest/globals';
import { graphOf } from '@rehearse/testkit';
import { looksLikeSandbox, needsSandbox } from './needs-sandbox.js';

const asserting = (assertion: string) => `
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: yes}}]}
nodes: {a: {type: llm, prompt: x}}
assert: [${assertion}]
`;

describe('whether a graph needs the sandbox', () => {
  it.each([
    ['{type: contains, value: javascript}', false, false],
    ['{type: javascript, value: output.length > 3}', false, false],
    ['{type: not-javascript, value: "const n = output.length; return n > 3"}', false, false],
    ['{type: contains, value: b, transform: {javascript: output.trim()}}', false, false],
    ['{type: assert-set, assert: [{type: javascript, value: "(() => true)()"}]}', true, true],
    ['{type: contains, value: b, transform: {javascript: "output.match(/b/)[0]"}}', true, true],
    ['{type: not-is-sql}', true, true],
    // What the source does not show is found when the graph is known.
    ['{type: javascript, value: "new Date(0) < 1"}', true, false],
  ])('is known of its programs: %s', async (assertion, needs, looks) => {
    const source = asserting(assertion);
    expect(await needsSandbox(graphOf(source))).toBe(needs);
    expect(looksLikeSandbox(source)).toBe(looks);
  });

  it('is guessed before anything else is known of a graph, from programs of several lines too', () => {
    const source = asserting('').replace(
      '[]',
      '\n  - type: javascript\n    value: |\n      for (const a of output) {\n',
    );
    expect(looksLikeSandbox(source)).toBe(true);
    expect(looksLikeSandbox('prompt: Write a function')).toBe(false);
  });
});
