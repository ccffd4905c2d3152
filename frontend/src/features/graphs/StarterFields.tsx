import { Radio, Select, Textarea } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { runsQuery } from '../runs/index.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { shortId } from '../../ui/format.js';
import { runLook } from '../../ui/tones.js';
import { TEMPLATES, type Wish } from './generate-request.js';
import classes from './GraphStarter.module.css';

interface StarterFieldsProps {
  wish: Wish;
  problem: string | undefined;
  onChange: (change: Partial<Wish>) => void;
}

const WRITERS = [
  { value: '', label: 'A template, chosen by its words' },
  { value: 'openai', label: 'A model of OpenAI' },
  { value: 'anthropic', label: 'A model of Anthropic' },
];

/** What each way to start a graph asks for. */
export function StarterFields({ wish, problem, onChange }: StarterFieldsProps) {
  switch (wish.source) {
    case 'template':
      return (
        <Radio.Group label="Template" value={wish.template} onChange={(template) => onChange({ template })}>
          <div className={classes.templates}>
            {TEMPLATES.map(({ value, label, about }) => (
              <Radio
                key={value}
                value={value}
                label={label}
                description={about}
                className={classes.template}
              />
            ))}
          </div>
        </Radio.Group>
      );
    case 'description':
      return (
        <>
          <Textarea
            label="What the graph is to do"
            placeholder="Classify support mail by urgency and answer the urgent ones"
            autosize
            minRows={3}
            maxRows={10}
            maxLength={4_000}
            value={wish.text}
            error={problem}
            onChange={(event) => onChange({ text: event.currentTarget.value })}
          />
          <Select
            label="Written by"
            description="A model needs the key of its provider in the settings of the server"
            data={WRITERS}
            value={wish.provider}
            allowDeselect={false}
            className={classes.narrow}
            onChange={(provider) => onChange({ provider: provider ?? '' })}
          />
        </>
      );
    case 'spec':
      return (
        <Textarea
          label="Nodes and edges, JSON"
          description="As a program lists them; any other section of the format may stand beside"
          autosize
          minRows={6}
          maxRows={18}
          value={wish.spec}
          error={problem}
          styles={{ input: { fontFamily: 'var(--font-mono)', fontSize: 12.5 } }}
          onChange={(event) => onChange({ spec: event.currentTarget.value })}
        />
      );
    case 'run':
      return <RunChoice runId={wish.runId} problem={problem} onChange={onChange} />;
    default:
      return wish.source satisfies never;
  }
}

const SHOWN_RUNS = 50;

function RunChoice({ runId, problem, onChange }: Omit<StarterFieldsProps, 'wish'> & { runId: string }) {
  const runs = useInfiniteQuery(runsQuery({ status: 'finished' }, SHOWN_RUNS));
  const items = (runs.data?.pages ?? []).flatMap((page) => page.items);
  const choices = items.map((run) => ({
    value: run.id as string,
    label: [run.graph, run.caseId ?? 'own vars', runLook(run).word.toLowerCase(), shortId(run.id)].join(
      ' · ',
    ),
  }));
  const isKnown = runId === '' || choices.some(({ value }) => value === runId);
  if (runs.error) return <ErrorPanel error={runs.error} onRetry={() => void runs.refetch()} />;
  return (
    <Select
      label="Run"
      description="Its recorded answers become mocks, its tool calls assertions"
      placeholder="Search by graph, case or id"
      searchable
      nothingFoundMessage="No such run among the newest"
      data={isKnown ? choices : [{ value: runId, label: shortId(runId) }, ...choices]}
      value={runId || null}
      error={problem}
      onChange={(next) => onChange({ runId: next ?? '' })}
    />
  );
}
