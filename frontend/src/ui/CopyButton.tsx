import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { announce } from './announcements.js';

const SHOWN_MS = 1_500;

export function CopyButton({ value, label }: { value: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
      announce('Copied');
    } catch {
      announce('The browser did not let us write to the clipboard', 'bad');
    }
  };
  return (
    <Tooltip label={label}>
      <ActionIcon onClick={() => void copy()} aria-label={label} size={24}>
        {isCopied ? <IconCheck size={14} color="var(--good)" /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
