import { SegmentedControl, Textarea } from '@mantine/core';
import type { HumanRequestView, Json, JsonObject, Problem } from '@rehearse/contracts';
import { useState } from 'react';
import { draftOf, fieldsOf, readDraft, VarsFields } from '../graphs/index.js';
import {
  asDraft,
  formatOf,
  problemsOfValue,
  proposal,
  readValue,
  type ReadValue,
  type ValueFormat,
} from './decision-draft.js';
import classes from './Decisions.module.css';
import type { Given } from './useGiven.js';

interface ValueOptions {
  request: HumanRequestView;
  given: Given[];
  /** What the server said about the last try. */
  error: Problem | null;
  isLocked: boolean;
}

/** The value that goes with a decision: the fields of the form, or text or JSON where there is none that fields can say. */
export function useDecisionValue({ request, given, error, isLocked }: ValueOptions) {
  const { form } = request;
  const [isEditing, setEditing] = useState(form !== undefined);
  const [edited, setEdited] = useState<Edited>({});
  const [problems, setProblems] = useState<Record<string, string>>({});
  const fields = form === undefined ? null : fieldsOf(form);
  const first = proposal(form, valuesOf(form, given));
  const format = edited.format ?? formatOf(first, form);
  const draft = edited.draft ?? asDraft(first, format);
  const members = { ...draftOf(fields ?? [], first as JsonObject), ...edited.members };
  const shown = { ...problemsOfValue(error?.errors ?? []), ...problems };
  const change = (next: Edited) => {
    setEdited({ ...edited, ...next });
    setProblems({});
  };
  const read = (): ReadValue => {
    if (fields) {
      const parsed = readDraft(fields, members);
      setProblems(parsed.ok ? {} : parsed.problems);
      return parsed.ok ? { ok: true, value: parsed.vars } : { ok: false, problem: '' };
    }
    const value = readValue(draft, format);
    setProblems(value.ok ? {} : { '': value.problem });
    return value;
  };
  const control = isEditing && (
    <fieldset className={classes.value} disabled={isLocked}>
      <legend>{form === undefined ? 'The modified value' : 'What the form asks for'}</legend>
      {fields ? (
        <>
          <VarsFields
            fields={fields}
            draft={members}
            problems={shown}
            onChange={(name, text) => change({ members: { ...edited.members, [name]: text } })}
          />
          {shown[''] && <p className={classes.problem}>{shown['']}</p>}
        </>
      ) : (
        <Free draft={draft} format={format} problem={shown['']} onChange={change} />
      )}
    </fieldset>
  );
  return { isEditing, edit: () => setEditing(true), close: () => setEditing(false), read, control };
}

interface Edited {
  draft?: string;
  format?: ValueFormat;
  members?: Record<string, string>;
}

/** Without a form the outputs before it are what may be modified, not the vars. */
const valuesOf = (form: Json | undefined, given: Given[]): Json[] =>
  given
    .filter(({ name }) => form !== undefined || name !== 'vars' || given.length === 1)
    .map(({ value }) => value);

interface FreeProps {
  draft: string;
  format: ValueFormat;
  problem: string | undefined;
  onChange: (next: Edited) => void;
}

function Free({ draft, format, problem, onChange }: FreeProps) {
  const now = readValue(draft, format);
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Give the value as"
        value={format}
        onChange={(next) => onChange({ format: next, draft })}
        data={[
          { value: 'text', label: 'Text' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      <Textarea
        aria-label={format === 'text' ? 'Value' : 'Value as JSON'}
        autosize
        minRows={3}
        maxRows={14}
        value={draft}
        error={problem ?? (now.ok ? undefined : now.problem)}
        styles={format === 'json' ? { input: { fontFamily: 'var(--font-mono)', fontSize: 12.5 } } : {}}
        onChange={(event) => onChange({ draft: event.currentTarget.value })}
      />
    </>
  );
}
