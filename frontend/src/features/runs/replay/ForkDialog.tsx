import { Button, SegmentedControl, Switch, Textarea } from '@mantine/core';
import { IconGitFork } from '@tabler/icons-react';
import type { JournalEvent, RunView } from '@rehearse/contracts';
import { useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/Dialog.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { JsonView } from '../../../ui/JsonView.js';
import { describeEvent } from '../event-text.js';
import type { RunFeed } from '../run-feed.js';
import { useFeed } from '../useRunFeed.js';
import classes from './Dialogs.module.css';
import {
  answerTo,
  draftAs,
  draftOfAnswer,
  isAnswer,
  readEdit,
  readVars,
  type AnswerDraft,
} from './fork-draft.js';
import { ForkPlace } from './ForkPlace.js';
import { ForkWords } from './ForkWords.js';
import { useMadeRun } from './useMadeRun.js';

interface ForkDialogProps {
  run: RunView;
  feed: RunFeed;
  /** The last event that is taken over. */
  at: number;
  onMove: (at: number) => void;
  onClose: () => void;
}

/** A run that begins as this one did: up to a seq, with another answer there if one is given. */
export function ForkDialog(props: ForkDialogProps) {
  const { run, feed, at, onMove, onClose } = props;
  const { events } = useFeed(feed);
  const event = events[at - 1];
  return (
    <Dialog onClose={onClose} title={`Fork from seq ${at}`} size={680}>
      <ForkWords run={run} events={events} at={at} />
      <ForkPlace run={run} events={events} at={at} onMove={onMove} />
      {event && <ForkForm key={at} {...props} event={event} />}
    </Dialog>
  );
}

function ForkForm({ run, feed, at, event, onMove, onClose }: ForkDialogProps & { event: JournalEvent }) {
  const { events } = useFeed(feed);
  const [draft, setDraft] = useState<AnswerDraft>(() => draftOfAnswer(event));
  const [vars, setVars] = useState<string | null>(at === 1 ? JSON.stringify(run.vars, null, 2) : null);
  const fork = useMadeRun(run.id);
  const edit = isAnswer(event) ? readEdit(event, draft) : ({ ok: true, edit: null } as const);
  const others = vars === null ? ({ ok: true, vars: undefined } as const) : readVars(vars, run.vars);
  const isEdited = edit.ok && others.ok && (edit.edit !== null || others.vars !== undefined);
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    if (!edit.ok || !others.ok) return;
    const edits = edit.edit ? [edit.edit] : [];
    fork.mutate({ mode: 'fork', fromSeq: at, edits, ...(others.vars && { vars: others.vars }) });
  };
  const answer = isAnswer(event) ? undefined : answerTo(events, event);
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Fork">
      {isAnswer(event) ? (
        <AnswerField
          event={event}
          draft={draft}
          problem={edit.ok ? undefined : edit.problem}
          onChange={setDraft}
        />
      ) : (
        <div>
          <h3 className={classes.label}>Recorded there, taken over as it is</h3>
          <JsonView value={event.data} label={`Payload of event ${at}`} />
          {answer && (
            <Button variant="subtle" onClick={() => onMove(answer.seq)}>
              Edit its answer at seq {answer.seq}
            </Button>
          )}
        </div>
      )}
      <Switch
        label="Other vars for the whole run"
        checked={vars !== null}
        onChange={({ currentTarget }) =>
          setVars(currentTarget.checked ? JSON.stringify(run.vars, null, 2) : null)
        }
      />
      {vars !== null && (
        <Textarea
          label="Vars"
          autosize
          minRows={3}
          maxRows={12}
          value={vars}
          error={others.ok ? undefined : others.problem}
          classNames={{ input: classes.code! }}
          onChange={({ currentTarget }) => setVars(currentTarget.value)}
        />
      )}
      {fork.error && <ErrorPanel error={fork.error} />}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          leftSection={<IconGitFork size={15} />}
          loading={fork.isPending}
          disabled={!edit.ok || !others.ok}
        >
          {isEdited ? 'Start the edited fork' : 'Start the fork'}
        </Button>
      </div>
    </form>
  );
}

interface AnswerFieldProps {
  event: JournalEvent;
  draft: AnswerDraft;
  problem: string | undefined;
  onChange: (draft: AnswerDraft) => void;
}

function AnswerField({ event, draft, problem, onChange }: AnswerFieldProps) {
  const hasText = event.type === 'model.responded' || event.type === 'tool.returned';
  const losesCalls =
    event.type === 'model.responded' && event.data.toolCalls.length > 0 && draft.format === 'text';
  return (
    <div className={classes.answer}>
      <div className={classes.row}>
        <h3 className={classes.label}>The answer there: as it was recorded, or as you edit it</h3>
        {hasText && (
          <SegmentedControl
            size="xs"
            aria-label="Edit the answer as"
            value={draft.format}
            onChange={(format) => onChange(draftAs(event, format))}
            data={[
              { value: 'text', label: 'Text' },
              { value: 'json', label: 'JSON' },
            ]}
          />
        )}
      </div>
      <Textarea
        aria-label="Answer"
        autosize
        minRows={4}
        maxRows={16}
        value={draft.text}
        error={problem}
        classNames={draft.format === 'json' ? { input: classes.code! } : {}}
        onChange={({ currentTarget }) => onChange({ ...draft, text: currentTarget.value })}
        data-autofocus
      />
      {losesCalls && (
        <p className={classes.note}>
          As text the answer has no calls of tools. Recorded was: {describeEvent(event).text}
        </p>
      )}
    </div>
  );
}
