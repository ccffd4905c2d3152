import { describe, expect, it } from '@jest/globals';
import { Drafts } from './drafts.js';

function storage({ isFull = false } = {}) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (isFull) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
    removeItem: (key: string) => void kept.delete(key),
  };
}
const at = '2026-01-02T03:04:05.000Z';

describe('the drafts of this browser', () => {
  it('keep what is not saved yet, each for its own person and graph', () => {
    const drafts = new Drafts(storage());
    drafts.keep({ person: 'a', graph: 'refunds' }, { text: 'name: refunds', version: 3, at });
    expect(drafts.read({ person: 'a', graph: 'refunds' })).toEqual({ text: 'name: refunds', version: 3, at });
    expect(drafts.read({ person: 'b', graph: 'refunds' })).toBeNull();
    expect(drafts.read({ person: 'a', graph: null })).toBeNull();
  });

  it('forget what was saved or discarded', () => {
    const drafts = new Drafts(storage());
    drafts.keep({ person: 'a', graph: null }, { text: 'name: new', at });
    drafts.forget({ person: 'a', graph: null });
    expect(drafts.read({ person: 'a', graph: null })).toBeNull();
  });

  it('say when they cannot be kept, and take what they cannot read for nothing', () => {
    expect(new Drafts(storage({ isFull: true })).keep({ person: 'a', graph: null }, { text: 'x', at })).toBe(
      false,
    );
    const broken = storage();
    const drafts = new Drafts(broken);
    expect(drafts.keep({ person: 'a', graph: null }, { text: 'x', at })).toBe(true);
    for (const key of broken.kept.keys()) broken.kept.set(key, '{');
    expect(drafts.read({ person: 'a', graph: null })).toBeNull();
  });
});
