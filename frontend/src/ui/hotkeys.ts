/** A key that does something on the page as it stands. */
export interface ListedKey {
  key: string;
  says: string;
}

const SETTING = 'rehearse-single-keys';
let listed: readonly ListedKey[] = [];
const listeners = new Set<() => void>();

function become(next: readonly ListedKey[]): void {
  listed = next;
  for (const listener of listeners) listener();
}

export const hotkeys = {
  areOn: (): boolean => localStorage.getItem(SETTING) !== 'off',
  turn: (state: 'on' | 'off'): void => localStorage.setItem(SETTING, state),
  listed: () => listed,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Lists a key for as long as it works; answers how to take it off the list. */
  list(one: ListedKey): () => void {
    become([...listed, one]);
    return () => become(listed.filter((other) => other !== one));
  },
};

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** `k` is the key alone; `Ctrl K` is with Ctrl, or with Command where there is one. */
export function isPressed(name: string, { key, ctrlKey, metaKey, altKey }: Pressed): boolean {
  const [modifier, letter] = name.startsWith('Ctrl ') ? ['Ctrl', name.slice(5)] : [null, name];
  const isModified = ctrlKey || metaKey;
  if (altKey || isModified !== (modifier !== null)) return false;
  return modifier ? key.toLowerCase() === letter?.toLowerCase() : key === letter;
}
