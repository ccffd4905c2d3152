import { Button, Modal, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { GraphView, JsonObject } from '@rehearse/contracts';
import { useState, type FormEvent } from 'react';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { plural } from '../../ui/format.js';
import classes from './RunDialog.module.css';
import { useStart } from './useStart.js';
import { draftOf, fieldsOf, readDraft, readObject, type Field } from './vars-form.js';
import { VarsFields } from './VarsFields.js';

const OWN = '';
const ALL = '*';
const MAX_SEED = 0xffff_ffff;
const MAX_REPEAT = 1_000;

interface RunDialogProps {
  graph: GraphView;
  caseId?: string;
  onClose: () => void;
}

/** Starts one run, or an experiment when cases are repeated. */
export function RunDialog({ graph, caseId, onClose }: RunDialogProps) {
  const [choice, setChoice] = useState(caseId ?? graph.cases[0]?.id ?? OWN);
  const [seed, setSeed] = useState('');
  const [repeat, setRepeat] = useState('1');
  const vars = useVars(graph);
  const start = useStart(graph);
  const isSeedFine = seed === '' || isWhole(seed, MAX_SEED);
  const isRepeatFine = isWhole(repeat, MAX_REPEAT) && Number(repeat) >= 1;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isSeedFine || !isRepeatFine) return;
    const seeded = seed === '' ? {} : { seed: Number(seed) };
    if (choice === OWN) {
      const own = vars.read();
      if (own) start.mutate({ kind: 'run', request: { vars: own, ...seeded } });
    } else if (choice === ALL || Number(repeat) > 1)
      start.mutate({
        kind: 'experiment',
        request: { ...(choice !== ALL && { cases: [choice] }), repeat: Number(repeat), ...seeded },
      });
    else start.mutate({ kind: 'run', request: { caseId: choice, ...seeded } });
  };
  const cases = [
    ...graph.cases.map((one) => ({ value: one.id, label: one.id })),
    ...(graph.cases.length > 1 ? [{ value: ALL, label: `All ${plural(graph.cases.length, 'case')}` }] : []),
    { value: OWN, label: 'Own vars' },
  ];
  const shown = graph.cases.find((one) => one.id === choice);

  return (
    <Modal opened onClose={onClose} title={`Run ${graph.name} v${graph.version}`} size={560}>
      <form className={classes.form} onSubmit={submit}>
        {start.error && <ErrorPanel error={start.error} />}
        <Select
          label="Case"
          data={cases}
          value={choice}
          allowDeselect={false}
          searchable={cases.length > 8}
          onChange={(next) => setChoice(next ?? OWN)}
          data-autofocus
        />
        {shown && <pre className={classes.vars}>{JSON.stringify(shown.vars, null, 2)}</pre>}
        {choice === OWN && vars.control}
        <div className={classes.row}>
          <TextInput
            label="Seed"
            description="Empty: of the case, else 1"
            inputMode="numeric"
            value={seed}
            error={isSeedFine ? undefined : 'A whole number from 0 to 4294967295'}
            onChange={(event) => setSeed(event.currentTarget.value.trim())}
          />
          <TextInput
            label="Repeats"
            description="More than one makes an experiment"
            inputMode="numeric"
            value={repeat}
            disabled={choice === OWN}
            error={isRepeatFine ? undefined : 'A whole number from 1 to 1000'}
            onChange={(event) => setRepeat(event.currentTarget.value.trim())}
          />
        </div>
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" leftSection={<IconPlayerPlay size={15} />} loading={start.isPending}>
            {choice === ALL || (choice !== OWN && Number(repeat) > 1)
              ? 'Start the experiment'
              : 'Start the run'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

const isWhole = (text: string, max: number): boolean => /^\d+$/.test(text) && Number(text) <= max;

function useVars(graph: GraphView) {
  const [fields] = useState<Field[] | null>(() => fieldsOf(graph.inputs));
  const [first] = useState<JsonObject>(() => graph.cases[0]?.vars ?? {});
  const [mode, setMode] = useState<'form' | 'json'>(fields ? 'form' : 'json');
  const [draft, setDraft] = useState(() => draftOf(fields ?? [], first));
  const [text, setText] = useState(() => JSON.stringify(first, null, 2));
  const [problems, setProblems] = useState<Record<string, string>>({});

  const readForm = (): JsonObject | undefined => {
    const parsed = readDraft(fields ?? [], draft);
    setProblems(parsed.ok ? {} : parsed.problems);
    return parsed.ok ? parsed.vars : undefined;
  };
  const readText = (): JsonObject | undefined => {
    const vars = readObject(text);
    setProblems(vars ? {} : { '': 'Must be a JSON object' });
    return vars;
  };
  const change = (next: 'form' | 'json') => {
    const vars = mode === 'form' ? readForm() : readText();
    if (!vars) return;
    setDraft(draftOf(fields ?? [], vars));
    setText(JSON.stringify(vars, null, 2));
    setMode(next);
  };
  const control = (
    <fieldset className={classes.own}>
      <legend>Vars</legend>
      {fields && (
        <SegmentedControl
          size="xs"
          aria-label="Give the vars as"
          value={mode}
          onChange={(next) => change(next)}
          data={[
            { value: 'form', label: 'Form' },
            { value: 'json', label: 'JSON' },
          ]}
        />
      )}
      {mode === 'form' && fields ? (
        <VarsFields
          fields={fields}
          draft={draft}
          problems={problems}
          onChange={(name, value) => setDraft({ ...draft, [name]: value })}
        />
      ) : (
        <Textarea
          aria-label="Vars as JSON"
          autosize
          minRows={5}
          maxRows={14}
          value={text}
          error={problems['']}
          styles={{ input: { fontFamily: 'var(--font-mono)', fontSize: 12.5 } }}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
    </fieldset>
  );
  return { control, read: mode === 'form' ? readForm : readText };
}
