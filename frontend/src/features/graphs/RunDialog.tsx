import { Button, Select, Switch, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { GraphView } from '@rehearse/contracts';
import { useState, type FormEvent } from 'react';
import { Dialog } from '../../ui/Dialog.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { plural } from '../../ui/format.js';
import { JsonView } from '../../ui/JsonView.js';
import classes from './RunDialog.module.css';
import { RunOptions } from './RunOptions.js';
import { ALL, casesOf, isExperiment, OWN, problemsOf, startOf, type RunChoice } from './run-request.js';
import { useStart } from './useStart.js';
import { useVars } from './useVars.js';

interface RunDialogProps {
  graph: GraphView;
  caseId?: string;
  onClose: () => void;
}

/** Starts one run, or an experiment when cases are repeated. */
export function RunDialog({ graph, caseId, onClose }: RunDialogProps) {
  const [choice, setChoice] = useState<RunChoice>({
    case: caseId ?? graph.cases[0]?.id ?? OWN,
    ...{ filter: '', seed: '', repeat: '1', chaos: '', calls: 'usual' },
  });
  const [hasOwnVars, setOwnVars] = useState(false);
  const vars = useVars(graph);
  const start = useStart(graph);
  const problems = problemsOf(graph, choice);
  const set = (change: Partial<RunChoice>) => setChoice({ ...choice, ...change });
  const isOwn = choice.case === OWN || (hasOwnVars && choice.case !== ALL);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(problems).length > 0) return;
    if (!isOwn) return start.mutate(startOf(graph, choice));
    const own = vars.read();
    return own && start.mutate(startOf(graph, choice, own));
  };
  const choose = (next: string) => {
    set({ case: next });
    setOwnVars(false);
  };
  const change = (isChanged: boolean) => {
    if (isChanged) vars.write(shown?.vars ?? {});
    setOwnVars(isChanged);
  };
  const shown = graph.cases.find((one) => one.id === choice.case);
  const many = casesOf(graph, choice).length;

  return (
    <Dialog onClose={onClose} title={`Run ${graph.name} v${graph.version}`} size={600}>
      <form className={classes.form} onSubmit={submit}>
        {start.error && <ErrorPanel error={start.error} />}
        <Select
          label="Case"
          data={choicesOf(graph)}
          value={choice.case}
          allowDeselect={false}
          searchable={graph.cases.length > 8}
          onChange={(next) => choose(next ?? OWN)}
          data-autofocus
        />
        {choice.case === ALL && (
          <TextInput
            label="Only cases whose id has"
            description={`${many} of ${plural(graph.caseCount, 'case')}`}
            value={choice.filter}
            error={problems.filter}
            onChange={(event) => set({ filter: event.currentTarget.value })}
          />
        )}
        {shown && (
          <Switch
            label="Change its vars"
            checked={hasOwnVars}
            onChange={(event) => change(event.currentTarget.checked)}
          />
        )}
        {shown && !hasOwnVars && <JsonView value={shown.vars} label="Vars of the case" />}
        {isOwn && vars.control}
        <RunOptions graph={graph} choice={choice} problems={problems} canRepeat={!isOwn} onChange={set} />
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" leftSection={<IconPlayerPlay size={15} />} loading={start.isPending}>
            {!isOwn && isExperiment(choice) ? 'Start the experiment' : 'Start the run'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const choicesOf = ({ cases, caseCount }: GraphView) => [
  ...cases.map(({ id }) => ({ value: id, label: id })),
  ...(cases.length > 1 ? [{ value: ALL, label: `All ${plural(caseCount, 'case')}` }] : []),
  { value: OWN, label: 'Own vars' },
];
