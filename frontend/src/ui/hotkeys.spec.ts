import { describe, expect, it } from '@jest/globals';
import { hotkeys, isPressed } from './hotkeys.js';

const pressed = (key: string, held: 'ctrlKey' | 'metaKey' | 'altKey' | null = null) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false },
  ...(held && { [held]: true }),
});

describe('the keys of a page', () => {
  it('are pressed alone, or with Ctrl or Command where they say so', () => {
    expect(isPressed('n', pressed('n'))).toBe(true);
    expect(isPressed('n', pressed('N'))).toBe(false);
    expect(isPressed('n', pressed('n', 'ctrlKey'))).toBe(false);
    expect(isPressed('Ctrl K', pressed('k', 'ctrlKey'))).toBe(true);
    expect(isPressed('Ctrl K', pressed('k', 'metaKey'))).toBe(true);
    expect(isPressed('Ctrl K', pressed('k'))).toBe(false);
    expect(isPressed('?', pressed('?', 'altKey'))).toBe(false);
  });

  it('are listed for as long as they work', () => {
    const leave = hotkeys.list({ key: 'd', says: 'Compare' });
    expect(hotkeys.listed()).toEqual([{ key: 'd', says: 'Compare' }]);
    leave();
    expect(hotkeys.listed()).toEqual([]);
  });
});
