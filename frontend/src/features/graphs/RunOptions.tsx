import { Select, TextInput } from '@mantine/core';
import type { GraphView } from '@rehearse/contracts';
import classes from './RunDialog.module.css';
import { CALLS, type RunChoice } from './run-request.js';

interface RunOptionsProps {
  graph: GraphView;
  choice: RunChoice;
  problems: Partial<Record<keyof RunChoice, string>>;
  canRepeat: boolean;
  onChange: (change: Partial<RunChoice>) => void;
}

const NO_CHAOS = 'none';
/** These descriptions differ in length and may take lines; above, they would push one control below the other. */
const BELOW = ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[];

/** How often, with which seed, under which faults and with which calls. */
export function RunOptions({ graph, choice, problems, canRepeat, onChange }: RunOptionsProps) {
  const profile = graph.chaos.find(({ name }) => name === choice.chaos);
  const faults = profile?.rules.map(({ on, fault }) => `${fault} on ${on}`).join(', ');
  return (
    <>
      <div className={classes.row}>
        <TextInput
          label="Seed"
          description="Empty: of the case, else 1"
          inputMode="numeric"
          value={choice.seed}
          error={problems.seed}
          onChange={(event) => onChange({ seed: event.currentTarget.value.trim() })}
        />
        <TextInput
          label="Repeats"
          description={canRepeat ? 'More than one makes an experiment' : 'With vars of your own it runs once'}
          inputMode="numeric"
          value={choice.repeat}
          disabled={!canRepeat}
          error={problems.repeat}
          onChange={(event) => onChange({ repeat: event.currentTarget.value.trim() })}
        />
      </div>
      <div className={classes.row}>
        <Select
          label="Chaos"
          inputWrapperOrder={BELOW}
          description={
            graph.chaos.length === 0 ? 'The graph has no chaos profile' : (faults ?? 'No fault is injected')
          }
          data={[
            { value: '', label: NO_CHAOS },
            ...graph.chaos.map(({ name }) => ({ value: name, label: name })),
          ]}
          value={choice.chaos}
          disabled={graph.chaos.length === 0}
          allowDeselect={false}
          onChange={(chaos) => onChange({ chaos: chaos ?? '' })}
        />
        <Select
          label="Calls"
          inputWrapperOrder={BELOW}
          description={CALLS.find(({ value }) => value === choice.calls)?.about}
          data={CALLS.map(({ value, label }) => ({ value, label }))}
          value={choice.calls}
          allowDeselect={false}
          onChange={(calls) => onChange({ calls: calls ?? 'usual' })}
        />
      </div>
    </>
  );
}
