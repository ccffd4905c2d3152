import { useEffect, useRef } from 'react';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** A key for the page, silent while somebody types. Single keys can be switched off (WCAG 2.1.4). */
export function useHotkey(key: string, act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      if (!hotkeys.areOn()) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [key]);
}

const SETTING = 'rehearse-single-keys';
export const hotkeys = {
  areOn: (): boolean => localStorage.getItem(SETTING) !== 'off',
  turn: (state: 'on' | 'off'): void => localStorage.setItem(SETTING, state),
};
