import { clsx } from './clsx.js';
import type { Look } from './tones.js';
import classes from './StatusBadge.module.css';

interface StatusBadgeProps {
  look: Look;
  size?: 'sm' | 'lg';
  /** Icon and colour only; the word stays for screen readers and as a tooltip. */
  compact?: boolean;
}

/** Icon, word and colour together: none of them alone carries the meaning. */
export function StatusBadge({ look, size = 'sm', compact = false }: StatusBadgeProps) {
  const Icon = look.icon;
  return (
    <span
      className={clsx(
        classes.badge,
        classes[look.tone],
        size === 'lg' && classes.large,
        compact && classes.compact,
      )}
      title={compact ? look.word : undefined}
    >
      <Icon
        size={size === 'lg' ? 17 : 13}
        stroke={2.4}
        aria-hidden
        className={clsx(look.tone === 'busy' && classes.spin)}
      />
      <span className={clsx(compact && 'visually-hidden')}>{look.word}</span>
    </span>
  );
}
