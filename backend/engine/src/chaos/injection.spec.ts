import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileGraph } from '../graph/index.js';
import { decideInjection, type Injection, type PastCall } from './injection.js';
import { isLike, matches, type CompiledChaosRule, type Target } from './rule.js';

const GRAPH = `apiVersion: rehearse/v1
kind: Graph
name: g
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
tools: {look: {mock: [{return: 1}]}, pay: {mock: [{return: 1}]}}
nodes:
  ask: {type: agent, prompt: hi, tools: [look, pay]}
`;

function rulesOf(...rules: object[]): readonly CompiledChaosRule[] {
  const compiled = compileGraph(`${GRAPH}chaos: {p: ${JSON.stringify(rules)}}\n`);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.graph.chaos.get('p')!;
}

const look: Target = { kind: 'tool', node: 'ask', tool: 'look', isHttp: false };
const pay: Target = { ...look, tool: 'pay' };
const ask: Target = { kind: 'llm', node: 'ask', isHttp: false };

interface Asked {
  target?: Target;
  key?: string;
  attempt?: number;
  seed?: number;
  past?: readonly PastCall[];
  args?: { id: string };
}

function hit(rules: readonly CompiledChaosRule[], asked: Asked = {}): Injection | null {
  const {
    target = look,
    key = 'ask/turn[1]/tool#0',
    attempt = 1,
    seed = 1,
    past = [],
    args = { id: 'a' },
  } = asked;
  const decided = decideInjection(
    { seed, name: 'p', rules },
    { target, key, attempt, bindings: () => ({ args, inputs: {}, vars: {}, run: {} }), past: () => past },
  );
  if ('error' in decided) throw new Error(decided.error.message);
  return decided.injection;
}

describe('the target of a rule', () => {
  it.each([
    ['tool:look', look, true],
    ['tool:*', look, true],
    ['tool:l*k', look, true],
    ['tool:pay', look, false],
    ['llm:ask', look, false],
    ['llm:ask', ask, true],
    ['http:ask', ask, false],
    ['http:ask', { ...look, isHttp: true }, true],
    ['http:*', { ...ask, isHttp: true }, true],
    ['llm:ask', { ...ask, isHttp: true }, true],
  ] as const)('%s against %j: %s', (on, target, expected) => {
    expect(matches(on, target)).toBe(expected);
  });

  it('knows stars as any text, like a regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 6 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (like, name) => {
        const regex = new RegExp(`^${like.replaceAll('*', '.*')}$`);
        expect(isLike(like, name)).toBe(regex.test(name));
      }),
    );
  });
});

describe('a fault', () => {
  it('hits by the first rule that holds', () => {
    const rules = rulesOf(
      { on: 'tool:look', fault: 'error', status: 503, when: 'args.id == "a"' },
      { on: 'tool:*', fault: 'timeout' },
    );
    expect(hit(rules)).toMatchInlineSnapshot(`
           {
             "fault": {
               "kind": "error",
               "retryAfterMs": null,
               "status": 503,
             },
             "on": "tool:look",
             "rule": "p[0]",
           }
        `);
    expect(hit(rules, { args: { id: 'b' } })?.rule).toBe('p[1]');
    expect(hit(rules, { target: pay })?.rule).toBe('p[1]');
    expect(hit(rules, { target: ask })).toBeNull();
  });

  it('is drawn from the seed and the place of the call alone, as often as its rate says', () => {
    const rules = rulesOf({ on: 'tool:*', fault: 'error', rate: 0.3 });
    const hits = (seed: number) =>
      Array.from({ length: 1_000 }, (_, i) => hit(rules, { seed, key: `ask/turn[${i}]/tool#0` }) !== null);
    expect(hits(7)).toEqual(hits(7));
    expect(hits(7)).not.toEqual(hits(8));
    expect(hits(7).filter(Boolean).length).toBeGreaterThan(250);
    expect(hits(7).filter(Boolean).length).toBeLessThan(350);
  });

  it('draws its delay too', () => {
    const rules = rulesOf({ on: 'llm:ask', fault: 'latency', p50: '100ms', p99: '2s' });
    const delay = (attempt: number) => hit(rules, { target: ask, key: 'ask/turn[1]', attempt })?.fault;
    expect([delay(1), delay(2), delay(1)]).toMatchInlineSnapshot(`
      [
        {
          "delayMs": 524,
          "kind": "latency",
        },
        {
          "delayMs": 25,
          "kind": "latency",
        },
        {
          "delayMs": 524,
          "kind": "latency",
        },
      ]
    `);
  });

  it('counts the calls before it: `nth` those of the target, `times` those that the rule hit', () => {
    const past = (...calls: [Target, string | null][]): PastCall[] =>
      calls.map(([target, rule]) => ({ target, rule }));
    const second = rulesOf({ on: 'tool:look', fault: 'error', nth: 2 });
    expect(hit(second)).toBeNull();
    expect(hit(second, { past: past([pay, null], [look, null]) })).not.toBeNull();
    expect(hit(second, { past: past([look, null], [look, null]) })).toBeNull();
    const once = rulesOf({ on: 'tool:*', fault: 'error', times: 1 });
    expect(hit(once, { past: past([look, null]) })).not.toBeNull();
    expect(hit(once, { past: past([pay, 'p[0]']) })).toBeNull();
  });

  it('gives again what the target answered before, and hits nothing while there is no such answer', () => {
    const stale = rulesOf({ on: 'tool:look', fault: 'stale' });
    const past: PastCall[] = [
      { target: look, rule: null, answer: 'old' },
      { target: look, rule: null, answer: 'newer' },
      { target: pay, rule: null, answer: 'paid' },
    ];
    expect(hit(stale)).toBeNull();
    expect(hit(stale, { past })?.fault).toEqual({ kind: 'stale', answer: 'newer' });
    const wrong = rulesOf({ on: 'tool:look', fault: 'wrong-tool-result' });
    expect(hit(wrong, { past: past.slice(0, 2) })).toBeNull();
    expect(hit(wrong, { past })?.fault).toEqual({ kind: 'wrong-tool-result', answer: 'paid' });
    const given = rulesOf({ on: 'tool:look', fault: 'wrong-tool-result', value: 0 });
    expect(hit(given)?.fault).toEqual({ kind: 'wrong-tool-result', answer: 0 });
  });

  it('whose `when` cannot be told is an error of the rule', () => {
    expect(() => hit(rulesOf({ on: 'tool:look', fault: 'error', when: 'args.missing == 1' }))).toThrow(
      /^chaos\.p\[0\]\.when: args\.missing: no such field/,
    );
  });
});
