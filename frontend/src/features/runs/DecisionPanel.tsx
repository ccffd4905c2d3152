import { Button, Textarea } from '@mantine/core';
import { IconUserQuestion } from '@tabler/icons-react';
import type { DecisionRequest, HumanRequestView, RunView } from '@rehearse/contracts';
import { useId, useState, type FormEvent } from 'react';
import { useSession } from '../access/index.js';
import { toProblem } from '../../api/problem.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { plainText } from '../../ui/plain-text.js';
import { whyNot } from './decision-draft.js';
import { DecisionContext } from './DecisionContext.js';
import classes from './Decisions.module.css';
import type { RunFeed } from './run-feed.js';
import { useDecisionValue } from './DecisionValue.js';
import { useGiven } from './useGiven.js';

type Decision = DecisionRequest['decision'];

interface DecisionPanelProps {
  run: RunView;
  feed: RunFeed;
  request: HumanRequestView;
  error: Error | null;
  isSending: boolean;
  onDecide: (made: Omit<DecisionRequest, 'key'>) => void;
}

/** One question of the run: who is asked what, on which grounds, and the three ways to answer. */
export function DecisionPanel(props: DecisionPanelProps) {
  const { run, feed, request, error, isSending, onDecide } = props;
  const ids = useId();
  const session = useSession();
  const why = whyNot(request, session.status === 'signed-in' ? session.user : null);
  const given = useGiven(run, request.key);
  const value = useDecisionValue({
    request,
    given,
    error: error && toProblem(error),
    isLocked: why !== undefined,
  });
  const [reason, setReason] = useState('');
  const [needsReason, setNeedsReason] = useState(false);
  const decide = (decision: Decision) => {
    if (decision === 'reject' && reason.trim() === '') return setNeedsReason(true);
    if (decision === 'reject' || (decision === 'approve' && request.form === undefined))
      return onDecide({ decision, reason: reason.trim() });
    const read = value.read();
    return read.ok ? onDecide({ decision, value: read.value, reason: reason.trim() }) : undefined;
  };
  const modify = () => {
    setNeedsReason(false);
    if (value.isEditing) decide('modify');
    else value.edit();
  };
  // With a form its fields are always there; without one they are opened to modify.
  const isModifying = value.isEditing && request.form === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    decide(isModifying ? 'modify' : 'approve');
  };
  const common = {
    disabled: why !== undefined || isSending,
    'aria-describedby': why ? `${ids}-why` : undefined,
  };
  return (
    <section className={classes.panel} aria-labelledby={`${ids}-title`}>
      <div className={classes.head}>
        <IconUserQuestion size={20} className={classes.icon} aria-hidden />
        <div className={classes.words}>
          <h2 className={classes.title} id={`${ids}-title`}>
            <code>{request.key}</code> waits for a decision
          </h2>
          <p className={classes.prompt}>{plainText(request.prompt)}</p>
        </div>
      </div>
      <DecisionContext request={request} given={given} feed={feed} />
      <form className={classes.form} onSubmit={submit} aria-label={`Decide ${request.key}`}>
        {value.control}
        <Textarea
          label="Reason"
          description="Kept in the journal; a rejection needs one"
          autosize
          minRows={1}
          maxRows={6}
          maxLength={4_000}
          value={reason}
          disabled={why !== undefined}
          error={needsReason && reason.trim() === '' ? 'Say why it is rejected' : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {error && <ErrorPanel error={error} />}
        <div className={classes.actions}>
          {isModifying ? (
            <>
              <Button type="submit" {...common} loading={isSending}>
                Send the modified value
              </Button>
              <Button variant="default" onClick={value.close}>
                Back
              </Button>
            </>
          ) : (
            <>
              <Button type="submit" {...common} loading={isSending}>
                Approve
              </Button>
              <Button variant="default" {...common} onClick={modify}>
                Modify
              </Button>
              <Button color="red" variant="outline" {...common} onClick={() => decide('reject')}>
                Reject
              </Button>
            </>
          )}
          {why && (
            <p className={classes.why} id={`${ids}-why`}>
              {why}
            </p>
          )}
        </div>
      </form>
    </section>
  );
}
