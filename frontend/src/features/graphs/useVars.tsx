import { SegmentedControl, Textarea } from '@mantine/core';
import type { GraphView, JsonObject } from '@rehearse/contracts';
import { useState } from 'react';
import classes from './RunDialog.module.css';
import { draftOf, fieldsOf, readDraft, readObject, type Field } from './vars-form.js';
import { VarsFields } from './VarsFields.js';

/** The vars to start with, as fields where the inputs of the graph are described, or as JSON. */
export function useVars(graph: GraphView) {
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
  const write = (vars: JsonObject) => {
    setDraft(draftOf(fields ?? [], vars));
    setText(JSON.stringify(vars, null, 2));
    setProblems({});
  };
  const change = (next: 'form' | 'json') => {
    const vars = mode === 'form' ? readForm() : readText();
    if (!vars) return;
    write(vars);
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
  return { control, write, read: mode === 'form' ? readForm : readText };
}
