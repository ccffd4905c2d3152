import { describe, expect, it } from '@jest/globals';
import type { ContractRule } from '@rehearse/contracts';
import { demandOf, patternOf } from './contract-words.js';

const said = (rule: ContractRule | undefined, id = 'c'): string | null =>
  demandOf({ id, rule })
    ?.map((phrase) => (typeof phrase === 'string' ? phrase : `\`${phrase.code}\``))
    .join('') ?? null;

describe('the rule of a contract', () => {
  it('is a sentence that says what each pattern demands', () => {
    const rules: ContractRule[] = [
      { never: 'a' },
      { always: 'a' },
      { eventually: 'a' },
      { atMost: { count: 1, of: 'a' } },
      { atLeast: { count: 2, of: 'a' } },
      { precedes: { first: 'a', then: 'b' } },
      { responds: { to: 'a', with: 'b' } },
      { invariant: 'a' },
      { requires: 'a' },
      { ensures: 'a' },
    ];
    expect(rules.map((rule) => `${patternOf(rule)}: ${said(rule)}`)).toEqual([
      'never: No event fulfils `a`.',
      'always: Every event fulfils `a`.',
      'eventually: At least one event fulfils `a`.',
      'atMost: At most 1 event fulfils `a`.',
      'atLeast: At least 2 events fulfil `a`.',
      'precedes: Before any event that fulfils `b` comes one that fulfils `a`.',
      'responds: Every event that fulfils `a` is answered by one that fulfils `b`.',
      'invariant: After every event, what is known so far fulfils `a`.',
      'requires: Before the node begins, `a` is true.',
      'ensures: When the node has finished, `a` is true.',
    ]);
  });

  it('tells how long an answer may take, in which stretch it holds, and that it ends the run', () => {
    const answered = (within: string | { turns: number }) =>
      said({ responds: { to: 'a', with: 'b', within } });
    expect(answered('30s')).toMatch(/`b` within 30s\.$/);
    expect(answered({ turns: 1 })).toMatch(/`b` within 1 turn\.$/);
    expect(said({ between: { from: 'a', until: 'b' }, never: 'c', stopOnViolation: true })).toBe(
      'From an event that fulfils `a` up to the next that fulfils `b`: no event fulfils `c`. What breaks it ends the run.',
    );
  });

  it('of what nobody writes as a contract is told by its id', () => {
    const ids = ['output/each/ask', 'max-turns/ask', 'max-iterations/polish', 'chaos-recovers', 'other'];
    expect([...ids, 'tools.look.returns', 'sub/tools.look.returns'].map((id) => said(undefined, id))).toEqual(
      [
        'The answer of `each/ask` fits its `output`.',
        '`ask` ends within its `maxTurns`.',
        '`polish` fulfils `until` within its `maxIterations`.',
        'Every step that a fault hits finishes all the same, where the rule of the fault expects it.',
        null,
        'What the tool `look` returns fits its `returns`.',
        'What the tool `look` returns fits its `returns`.',
      ],
    );
  });
});
