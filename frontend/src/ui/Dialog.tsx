import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

/** A dialog that is there while it is open, and hands the focus back to what opened it when it goes. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  useFocusBack();
  return <Modal opened {...props} />;
}

function useFocusBack(): void {
  const [opener] = useState(openerOf);
  useEffect(
    () => () => {
      // Whoever has moved on in the meantime stays there.
      const giveBack = () =>
        document.activeElement === document.body && opener?.focus({ preventScroll: true });
      setTimeout(giveBack);
    },
    [opener],
  );
}

/** What has the focus; an entry of a menu is gone with it, so the button of the menu stands for it. */
function openerOf(): HTMLElement | null {
  const active = document.activeElement;
  const button = active?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  const opener = button ? document.getElementById(button) : active;
  return opener instanceof HTMLElement && opener !== document.body ? opener : null;
}
