import { lazy, Suspense, useState } from 'react';
import { announce } from '../ui/announcements.js';
import { useHotkey } from '../ui/useHotkey.js';

const KeyList = lazy(async () => ({ default: (await import('./KeyList.js')).KeyList }));
const GoTo = lazy(async () => ({ default: (await import('./GoTo.js')).GoTo }));

/** The keys that work on every page, and the dialogs that they open. */
export function ShellKeys() {
  const [dialog, setDialog] = useState<'keys' | 'go' | null>(null);
  useHotkey('?', { says: 'This list', act: () => setDialog('keys') });
  useHotkey('Ctrl K', { says: 'Go to a page, a graph or a run', act: () => setDialog('go') });
  useHotkey('y', { says: 'Copy the address of what is shown', act: () => void copyAddress() });
  const close = () => setDialog(null);
  return (
    <Suspense>
      {dialog === 'keys' && <KeyList onClose={close} />}
      {dialog === 'go' && <GoTo onClose={close} />}
    </Suspense>
  );
}

async function copyAddress(): Promise<void> {
  try {
    await navigator.clipboard.writeText(window.location.href);
    announce('The address is copied');
  } catch {
    announce('The browser did not let us write to the clipboard', 'bad');
  }
}
