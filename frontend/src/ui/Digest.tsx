import { CopyButton } from './CopyButton.js';
import { short } from './format.js';

export function Digest({ value, label = 'Copy the digest' }: { value: string; label?: string }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
      <code title={value}>{short(value)}</code>
      <CopyButton value={value} label={label} />
    </span>
  );
}
