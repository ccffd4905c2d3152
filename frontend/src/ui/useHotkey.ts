import { useEffect, useRef } from 'react';
import { hotkeys, isPressed } from './hotkeys.js';

/** Boxes and buttons take no text, so a key that is pressed on one of them is the page's. */
const TAKES_NO_TEXT = /^(radio|checkbox|button|submit|range)$/;

const isTyping = (target: EventTarget | null): boolean => {
  if (target instanceof HTMLInputElement) return !TAKES_NO_TEXT.test(target.type);
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName))
  );
};

/** In a dialog the keys of the page below are silent. */
const isInDialog = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role=dialog]') !== null;

interface Hotkey {
  /** What it does, as the list of keys says it. */
  says: string;
  act: () => void;
}

/**
 * A key for the page, silent while somebody types or a dialog is open. Single keys can be switched off (WCAG 2.1.4);
 * one with Ctrl works everywhere.
 */
export function useHotkey(key: string, { says, act }: Hotkey): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useListedKey(key, says);
  useEffect(() => {
    const isSingle = !key.startsWith('Ctrl ');
    const listen = (event: KeyboardEvent) => {
      if (!isPressed(key, event) || isInDialog(event.target)) return;
      if (isSingle && (isTyping(event.target) || !hotkeys.areOn())) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [key]);
}

/** Lists a key that something on the page listens to by itself. */
export function useListedKey(key: string, says: string): void {
  useEffect(() => hotkeys.list({ key, says }), [key, says]);
}
