import { Button } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import type { ReplayAnswer, RequestChange } from '@rehearse/contracts';
import { useState, type ReactNode } from 'react';
import { Facts } from '../../../ui/Facts.js';
import { plural } from '../../../ui/format.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { CHANGES } from '../diff/diff-looks.js';
import { answersOf } from './answers.js';
import { JsonChanges } from './JsonChanges.js';
import classes from './ReplayPanel.module.css';
import { SeqLink } from './SeqLink.js';

/** Each request of another version beside the recorded one; those that differ, and on demand all. */
export function CompareReport({ answer, children }: { answer: ReplayAnswer; children: ReactNode }) {
  const { requests = [], unreached = [] } = answer;
  const [isAll, setAll] = useState(false);
  const others = requests.filter(({ change }) => change !== 'same');
  const shown = isAll ? requests : others;
  return (
    <section
      className={`${classes.panel} ${others.length === 0 ? classes.good : classes.bad}`}
      aria-label="Replay"
    >
      <div className={classes.head}>
        <IconGitCompare size={20} className={classes.icon} aria-hidden />
        <div className={classes.words} role="status">
          <strong>
            {others.length === 0
              ? 'The version asks the same'
              : `The version changes ${others.length} of ${plural(requests.length, 'request')}`}
          </strong>
          <p>No call has left, and no run was made.</p>
        </div>
        {children}
      </div>
      <ul className={classes.requests} aria-label="Requests of the version">
        {shown.map((request) => (
          <Request
            key={`${request.key} ${request.attempt} ${request.kind}`}
            request={request}
            id={answer.run.id}
          />
        ))}
      </ul>
      {unreached.length > 0 && (
        <p className={classes.muted}>
          Not reached, for the tape has no answer before them: {unreached.join(', ')}
        </p>
      )}
      <Facts items={answersOf(answer)} />
      {requests.length > others.length && (
        <div>
          <Button variant="default" onClick={() => setAll(!isAll)}>
            {isAll ? 'Only those that differ' : `Show all ${plural(requests.length, 'request')}`}
          </Button>
        </div>
      )}
    </section>
  );
}

function Request({ request, id }: { request: RequestChange; id: string }) {
  const { key, kind, change, seq, from, answer, inputDiff = [] } = request;
  return (
    <li>
      <p>
        <StatusBadge look={CHANGES[change]} /> <code>{key}</code>{' '}
        <span className={classes.muted}>
          {kind}
          {from !== undefined && ` · was at ${from}`}
          {answer === 'none' && ' · the tape has no answer to it'}
        </span>{' '}
        {seq !== null && <SeqLink id={id} seq={seq} />}
      </p>
      {inputDiff.length > 0 && <JsonChanges changes={inputDiff} names={['Recorded', 'The version']} />}
    </li>
  );
}
