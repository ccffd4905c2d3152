import { describe, expect, it } from '@jest/globals';
import type { RunView } from '@rehearse/contracts';
import { firstFailure, openingTab, seqOfHash } from './run-opening.js';

const run = (view: object) =>
  ({ status: 'finished', verdict: 'passed', assertions: [], contracts: [], ...view }) as unknown as RunView;
const assertion = { id: 'assert[0]', verdict: 'failed', seq: 9 };
const contract = { id: 'verify', verdict: 'failed', seq: 5 };

describe('where a run opens', () => {
  it('opens a passed run on its overview and watches one that is not over', () => {
    expect(openingTab({ run: run({}), seq: undefined })).toBe('overview');
    expect(openingTab({ run: run({ status: 'running', verdict: null }), seq: undefined })).toBe('log');
  });

  it('opens a failed run on the failure that came first', () => {
    const failed = run({ verdict: 'failed', assertions: [assertion], contracts: [contract] });
    expect(openingTab({ run: failed, seq: undefined })).toBe('contracts');
    expect(firstFailure(run({ assertions: [{ ...assertion, seq: 2 }], contracts: [contract] }))).toEqual({
      tab: 'assertions',
      id: 'assert[0]',
    });
    expect(firstFailure(run({}))).toBeNull();
  });

  it('opens the log where the address names a line', () => {
    expect(openingTab({ run: run({ verdict: 'failed', assertions: [assertion] }), seq: 4 })).toBe('log');
    expect(seqOfHash('#seq-1234')).toBe(1234);
    expect(seqOfHash('#main')).toBeUndefined();
  });
});
