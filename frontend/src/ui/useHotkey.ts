import { useEffect, useRef } from 'react';

/** Boxes and buttons take no text, so a key that is pressed on one of them is the page's. */
const TAKES_NO_TEXT = /^(radio|checkbox|button|submit|range)$/;

const isTyping = (target: EventTarget | null): boolean => {
  if (target instanceof HTMLInputElement) return !TAKES_NO_TEXT.test(target.type);
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName))
  );
};

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
