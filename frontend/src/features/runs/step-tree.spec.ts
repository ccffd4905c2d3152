import { describe, expect, it } from '@jest/globals';
import type { StepStatus, StepView } from '@rehearse/contracts';
import { insideOf, isWithin, openKey, statusOf, treeOf, type StepBranch } from './step-tree.js';

const step = (key: string, status: StepStatus = 'finished'): StepView =>
  ({ key, node: key.slice(key.lastIndexOf('/') + 1), status }) as StepView;
const print = (branches: StepBranch[], indent = ''): string =>
  branches
    .map((branch) => {
      const inside = insideOf(branch);
      const groups = branch.groups.map(
        (group) => (group.name ? `${indent}  ${group.name}\n` : '') + print(group.branches, `${indent}    `),
      );
      return `${indent}${branch.step.node}${inside && ` (${inside})`}\n${groups.join('')}`;
    })
    .join('');

describe('treeOf', () => {
  it('puts items, iterations and nested graphs under what holds them', () => {
    const keys = [
      ...['first', 'each', 'each/item[2]/ask', 'each/item[1]/ask', 'each/item[10]/ask', 'each/item[2]/check'],
      ...[
        'polish',
        'polish/iter[1]/write',
        'polish/iter[2]/write',
        'sub',
        'sub/inner',
        'sub/inner/item[1]/deep',
      ],
    ];
    const steps = keys.map((key) => step(key, key === 'each/item[2]/check' ? 'errored' : 'finished'));
    expect(print(treeOf(steps))).toMatchInlineSnapshot(`
      "first
      each (3 items, 1 errored)
        Item 1
          ask
        Item 2
          ask
          check
        Item 10
          ask
      polish (2 iterations)
        Iteration 1
          write
        Iteration 2
          write
      sub (1 step)
          inner (1 item)
            Item 1
              deep
      "
    `);
  });

  it('keeps a step whose holder is not known', () => {
    expect(treeOf([step('gone/item[1]/ask')]).map((branch) => branch.step.key)).toEqual(['gone/item[1]/ask']);
  });
});

describe('statusOf', () => {
  it('is the worst, and running while anything runs', () => {
    const of = (...all: StepStatus[]) =>
      statusOf(all.map((status) => ({ step: step('a', status), groups: [] })));
    expect([
      of('finished', 'running', 'errored'),
      of('finished', 'errored'),
      of('skipped', 'finished'),
    ]).toEqual(['running', 'errored', 'finished']);
    expect(of('skipped')).toBe('skipped');
  });
});

describe('openKey', () => {
  const steps = [step('each'), step('each/item[1]/ask'), step('each/item[2]/ask')];
  it('opens a step by its key, a group, or the first step of a node', () => {
    expect(openKey(steps, 'each/item[2]/ask')).toBe('each/item[2]/ask');
    expect(openKey(steps, 'each/item[2]')).toBe('each/item[2]');
    expect(openKey(steps, 'ask')).toBe('each/item[1]/ask');
    expect(openKey(steps, 'nobody')).toBeUndefined();
  });

  it('opens the only step of a run, and with it what is around', () => {
    expect(openKey([step('only')], undefined)).toBe('only');
    expect(openKey(steps, undefined)).toBeUndefined();
    expect(['each', 'each/item[2]', 'each/item[1]'].map((key) => isWithin('each/item[2]/ask', key))).toEqual([
      true,
      true,
      false,
    ]);
  });
});
