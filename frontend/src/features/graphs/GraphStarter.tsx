import { Button, SegmentedControl } from '@mantine/core';
import { IconWand } from '@tabler/icons-react';
import type { Diagnostic, GenerateAnswer } from '@rehearse/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '../../api/index.js';
import { announce } from '../../ui/announcements.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Panel } from '../../ui/Panel.js';
import { requestOf, SPEC_EXAMPLE, TEMPLATES, type Source, type Wish } from './generate-request.js';
import classes from './GraphStarter.module.css';
import { StarterFields } from './StarterFields.js';

interface GraphStarterProps {
  source: Source;
  runId: string;
  onSource: (source: Source) => void;
  /** Findings of the text as it stands; those of the builder are not said twice. */
  known: readonly Diagnostic[];
  hasText: boolean;
  mayWrite: boolean;
  onYaml: (yaml: string) => void;
}

const LABELS: Record<Source, string> = {
  template: 'Template',
  description: 'Description',
  spec: 'Nodes',
  run: 'Run',
};

/** Writes the text of a new graph; nothing is stored until it is uploaded. */
export function GraphStarter({ source, runId, known, hasText, mayWrite, ...props }: GraphStarterProps) {
  const [wish, setWish] = useState<Omit<Wish, 'source'>>({
    template: TEMPLATES[0]?.value ?? '',
    ...{ text: '', provider: '', spec: SPEC_EXAMPLE, runId },
  });
  const [problem, setProblem] = useState<string>();
  const generate = useGenerate(props.onYaml);
  const change = (next: Partial<Wish>) => {
    setProblem(undefined);
    setWish({ ...wish, ...next });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const asked = requestOf({ ...wish, source });
    setProblem(asked.ok ? undefined : asked.problem);
    if (asked.ok) generate.mutate(asked.request);
  };
  return (
    <Panel title="Start from" className={classes.panel}>
      <form className={classes.form} onSubmit={submit} aria-label="Start a graph">
        <SegmentedControl
          size="xs"
          aria-label="Start from"
          className={classes.sources}
          value={source}
          onChange={(next) => {
            setProblem(undefined);
            generate.reset();
            props.onSource(next as Source);
          }}
          data={Object.entries(LABELS).map(([value, label]) => ({ value, label }))}
        />
        <StarterFields wish={{ ...wish, source }} problem={problem} onChange={change} />
        {generate.error && <ErrorPanel error={generate.error} />}
        {generate.data && <Told answer={generate.data} known={known} />}
        <div className={classes.actions}>
          <Button
            type="submit"
            variant="light"
            leftSection={<IconWand size={15} />}
            disabled={!mayWrite}
            loading={generate.isPending}
          >
            {hasText ? 'Write it anew' : 'Write the graph'}
          </Button>
          <span className={classes.note}>
            {mayWrite
              ? `The text ${hasText ? 'below is replaced' : 'appears below'}; nothing is stored before you upload.`
              : 'Your role reads; an Operator or an Admin writes graphs.'}
          </span>
        </div>
      </form>
    </Panel>
  );
}

function useGenerate(onYaml: (yaml: string) => void) {
  return useMutation({
    mutationFn: (request: object) => api.post<GenerateAnswer>('/graphs/builder/generate', request),
    onSuccess: ({ name, yaml }) => {
      onYaml(yaml);
      announce(`${name} is written`, 'good');
    },
  });
}

/** What the builder found and the text does not show. */
function Told({ answer, known }: { answer: GenerateAnswer; known: readonly Diagnostic[] }) {
  const own = answer.diagnostics.filter(
    ({ code, message }) => !known.some((other) => other.code === code && other.message === message),
  );
  if (own.length === 0) return null;
  return (
    <ul className={classes.told} aria-label="What the builder found">
      {own.map(({ code, path, message }) => (
        <li key={`${code} ${path} ${message}`}>
          {path && <code>{path}</code>} {message} <code className={classes.code}>{code}</code>
        </li>
      ))}
    </ul>
  );
}
