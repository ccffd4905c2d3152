import { SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { GraphSelect } from '../graphs/index.js';
import classes from './NewSimulationPage.module.css';
import { PROVIDERS, type Problems, type SimulationDraft } from './simulation-draft.js';

interface AgentFieldsProps {
  draft: SimulationDraft;
  problems: Problems;
  onChange: (change: Partial<SimulationDraft>) => void;
}

/** Who is talked with: an agent of a graph, a model that is told something, or what answers behind an address. */
export function AgentFields(props: AgentFieldsProps) {
  const { draft, onChange } = props;
  return (
    <div className={classes.fields}>
      <SegmentedControl
        aria-label="Agent"
        value={draft.agent}
        onChange={(agent) => onChange({ agent, simulator: '' })}
        data={[
          { value: 'graph', label: 'A graph' },
          { value: 'model', label: 'A model' },
          { value: 'http', label: 'An address' },
        ]}
      />
      {draft.agent === 'graph' && <OfGraph {...props} />}
      {draft.agent === 'model' && <OfModel {...props} />}
      {draft.agent === 'http' && (
        <Field
          {...props}
          name="url"
          label="Address"
          placeholder="https://agent.example/v1/chat/completions"
        />
      )}
      {draft.agent === 'graph' ? (
        <Field
          {...props}
          name="simulator"
          label="Route that speaks for the personas"
          placeholder="the one of the conversation"
        />
      ) : (
        <div className={classes.row}>
          <Provider {...props} name="simulatorProvider" label="Provider for the personas" />
          <Field
            {...props}
            name="simulator"
            label="Model for the personas"
            placeholder={draft.agent === 'model' ? 'that of the agent' : 'gpt-5-mini'}
          />
        </div>
      )}
    </div>
  );
}

function OfGraph(props: AgentFieldsProps) {
  const { draft, problems, onChange } = props;
  return (
    <div className={classes.row}>
      <GraphSelect
        label="Graph"
        placeholder="One with a conversation or an agent"
        value={draft.graph || null}
        error={problems.graph}
        onChange={(graph) => onChange({ graph: graph ?? '' })}
      />
      <Field {...props} name="node" label="Node" placeholder="the only conversation or agent" />
    </div>
  );
}

function OfModel(props: AgentFieldsProps) {
  const { draft, problems, onChange } = props;
  return (
    <>
      <div className={classes.row}>
        <Provider {...props} name="provider" label="Provider" />
        <Field {...props} name="model" label="Model" placeholder="gpt-5-mini" />
        <Field {...props} name="baseUrl" label="Base URL" placeholder="that of the provider" />
      </div>
      <Textarea
        label="What the agent is told"
        placeholder="You are the support of a shop for lamps."
        autosize
        minRows={3}
        maxRows={14}
        value={draft.system}
        error={problems.system}
        onChange={({ currentTarget }) => onChange({ system: currentTarget.value })}
      />
    </>
  );
}

interface FieldProps extends AgentFieldsProps {
  name: 'url' | 'node' | 'model' | 'baseUrl' | 'simulator';
  label: string;
  placeholder: string;
}

function Field({ draft, problems, onChange, name, label, placeholder }: FieldProps) {
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={draft[name]}
      error={problems[name]}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
    />
  );
}

interface ProviderProps extends AgentFieldsProps {
  name: 'provider' | 'simulatorProvider';
  label: string;
}

function Provider({ draft, onChange, name, label }: ProviderProps) {
  return (
    <Select
      label={label}
      allowDeselect={false}
      data={[...PROVIDERS]}
      value={draft[name]}
      onChange={(provider) => provider && onChange({ [name]: provider })}
    />
  );
}
