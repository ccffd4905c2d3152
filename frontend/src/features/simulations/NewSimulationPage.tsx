import { Button, MultiSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useCan } from '../access/index.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Panel } from '../../ui/Panel.js';
import { AgentFields } from './AgentFields.js';
import { personasQuery, startSimulation } from './queries.js';
import { EMPTY, personaChoices, readSimulation, type SimulationDraft } from './simulation-draft.js';
import classes from './NewSimulationPage.module.css';

/** Personas talk with an agent, as many conversations at once as are asked for. */
export function NewSimulationPage() {
  const navigate = useNavigate();
  const mayWrite = useCan('write');
  const personas = useQuery(personasQuery());
  const [draft, setDraft] = useState<SimulationDraft>(EMPTY);
  const [isTried, setTried] = useState(false);
  const read = readSimulation(draft);
  const problems = !read.ok && isTried ? read.problems : {};
  const start = useMutation({
    mutationFn: startSimulation,
    onSuccess: ({ simulation }) => navigate({ to: '/simulations/$id', params: { id: simulation.id } }),
  });
  const set = (change: Partial<SimulationDraft>) => setDraft({ ...draft, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.ok) start.mutate(read.request);
  };
  return (
    <>
      <PageHeader title="New simulation" crumbs={<Link to="/simulations">Simulations</Link>} />
      <form className={classes.form} onSubmit={submit} aria-label="New simulation">
        <Panel title="Agent">
          <AgentFields draft={draft} problems={problems} onChange={set} />
        </Panel>
        <Panel title="Personas">
          <div className={classes.fields}>
            {personas.error && <ErrorPanel error={personas.error} onRetry={() => void personas.refetch()} />}
            <MultiSelect
              label="By name"
              placeholder={draft.personas.length === 0 ? 'Of the library, or your own' : ''}
              searchable
              clearable
              clearButtonProps={{ 'aria-label': 'No persona' }}
              data={personaChoices(personas.data?.items ?? [])}
              value={draft.personas}
              error={problems.personas}
              onChange={(chosen) => set({ personas: chosen })}
            />
            <Textarea
              label="In words"
              description="One a line: what somebody wants"
              placeholder="Somebody who wants a refund for a broken lamp and has lost the receipt"
              autosize
              minRows={2}
              maxRows={8}
              value={draft.texts}
              onChange={({ currentTarget }) => set({ texts: currentTarget.value })}
            />
          </div>
        </Panel>
        <Panel title="Conversations">
          <Amounts draft={draft} problems={problems} onChange={set} />
        </Panel>
        {start.error && <ErrorPanel error={start.error} />}
        <div className={classes.actions}>
          {!mayWrite && <p className={classes.why}>Operators and Admins start simulations.</p>}
          <Button
            type="submit"
            size="sm"
            leftSection={<IconUsers size={16} />}
            disabled={!mayWrite}
            loading={start.isPending}
          >
            Start the simulation
          </Button>
        </div>
      </form>
    </>
  );
}

interface AmountsProps {
  draft: SimulationDraft;
  problems: Partial<Record<keyof SimulationDraft, string>>;
  onChange: (change: Partial<SimulationDraft>) => void;
}

function Amounts({ draft, problems, onChange }: AmountsProps) {
  const number = (name: 'n' | 'concurrency' | 'maxTurns', label: string, placeholder?: string) => (
    <NumberInput
      label={label}
      min={1}
      allowDecimal={false}
      allowNegative={false}
      placeholder={placeholder ?? ''}
      value={draft[name]}
      error={problems[name]}
      onChange={(value) => onChange({ [name]: value })}
    />
  );
  return (
    <div className={classes.row}>
      {number('n', 'With each persona')}
      {number('concurrency', 'At once')}
      {number('maxTurns', 'Turns at most', 'as the graph says')}
      <Select
        label="Calls"
        allowDeselect={false}
        data={[
          { value: 'usual', label: 'As the graph says' },
          { value: 'offline', label: 'Mocks only: nothing is spent' },
          { value: 'live', label: 'Live tools' },
        ]}
        value={draft.calls}
        onChange={(calls) => calls && onChange({ calls })}
      />
      <TextInput
        label="Label"
        maxLength={200}
        value={draft.label}
        onChange={({ currentTarget }) => onChange({ label: currentTarget.value })}
      />
    </div>
  );
}
