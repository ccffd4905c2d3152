export interface Announcement {
  id: number;
  text: string;
  tone: 'good' | 'bad' | 'quiet';
}

const SHOWN_MS = 5_000;
let current: readonly Announcement[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function become(next: readonly Announcement[]): void {
  current = next;
  for (const listener of listeners) listener();
}

export const announcements = {
  list: () => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Says something once, to the eye and to screen readers, through the one polite live region. */
export function announce(text: string, tone: Announcement['tone'] = 'quiet'): void {
  const said = { id: nextId++, text, tone };
  become([...current.filter((other) => other.text !== text).slice(-2), said]);
  setTimeout(() => become(current.filter((other) => other !== said)), SHOWN_MS);
}
