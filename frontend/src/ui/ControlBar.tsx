import { Button, Loader } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, type Icon } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import classes from './ControlBar.module.css';

export type ControlAction = 'pause' | 'resume' | 'stop';

/** Why each action cannot be had now; one that is missing can. */
export type WhyNot = Readonly<Partial<Record<ControlAction, string>>>;

interface ControlBarProps {
  label: string;
  /** What is going on, in words. */
  state: string;
  whyNot: WhyNot;
  /** What is being sent now. */
  sending?: ControlAction | undefined;
  onAct: (action: ControlAction) => void;
  children?: ReactNode;
}

const BUTTONS: readonly [ControlAction, string, Icon][] = [
  ['pause', 'Pause', IconPlayerPause],
  ['resume', 'Resume', IconPlayerPlay],
  ['stop', 'Stop', IconPlayerStop],
];

/** Pause, resume and stop, with what is going on; a button that cannot be had says why. */
export function ControlBar({ label, state, whyNot, sending, onAct, children }: ControlBarProps) {
  const ids = useId();
  return (
    <section className={classes.bar} aria-label={label}>
      <div className={classes.buttons}>
        {BUTTONS.map(([action, word, Mark]) => {
          const isOff = whyNot[action] !== undefined || sending !== undefined;
          return (
            <Button
              key={action}
              size="xs"
              variant="default"
              {...(action === 'stop' && { className: classes.stop })}
              leftSection={
                sending === action ? <Loader size={14} color="currentColor" /> : <Mark size={14} />
              }
              // Not `disabled`: the focus stays on a button that has just been pressed.
              data-disabled={isOff || undefined}
              aria-disabled={isOff || undefined}
              title={whyNot[action]}
              aria-describedby={whyNot[action] === undefined ? undefined : `${ids}-${action}`}
              onClick={() => !isOff && onAct(action)}
            >
              {word}
            </Button>
          );
        })}
        {BUTTONS.map(
          ([action]) =>
            whyNot[action] !== undefined && (
              <span key={action} id={`${ids}-${action}`} hidden>
                {whyNot[action]}
              </span>
            ),
        )}
      </div>
      <p className={classes.state}>{state}</p>
      {children}
    </section>
  );
}
