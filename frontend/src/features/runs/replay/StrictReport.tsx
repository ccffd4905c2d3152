import { IconCircleCheck, IconGitCompare } from '@tabler/icons-react';
import type { Divergence, JournalEvent, ReplayAnswer } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { Digest } from '../../../ui/Digest.js';
import { Facts } from '../../../ui/Facts.js';
import { SideBySide } from '../../../ui/SideBySide.js';
import { answersOf } from './answers.js';
import { describeEvent } from '../event-text.js';
import { JsonChanges } from './JsonChanges.js';
import classes from './ReplayPanel.module.css';
import { SeqLink } from './SeqLink.js';

const route = getRouteApi('/inside/runs/$id');

interface AnswerProps {
  answer: ReplayAnswer;
  children: React.ReactNode;
}

/** The journal gone through again: identical, or the first divergence. */
export function StrictReport({ answer, children }: AnswerProps) {
  return answer.identical ? (
    <Identical answer={answer}>{children}</Identical>
  ) : (
    <Diverged answer={answer}>{children}</Diverged>
  );
}

function Identical({ answer, children }: AnswerProps) {
  return (
    <section className={`${classes.panel} ${classes.good}`} aria-label="Replay">
      <div className={classes.head}>
        <IconCircleCheck size={20} className={classes.icon} aria-hidden />
        <div className={classes.words} role="status">
          <strong>Replay: identical</strong>
          <p>
            {answer.reexecuted
              ? 'The journal was executed again with no call leaving, and came out the same, event by event.'
              : 'An imported recording: its chains and its fold were verified, nothing was executed.'}
          </p>
        </div>
        {children}
      </div>
      <Facts
        items={[
          ['Run digest', <Digest key="run" value={answer.digest} />],
          ['Verdict digest', <Digest key="verdict" value={answer.verdictDigest} />],
          ...answersOf(answer),
        ]}
      />
    </section>
  );
}

const KINDS: Record<Divergence['kind'], string> = {
  input_changed: 'What was asked has changed',
  unexpected_effect: 'A call was made that the recording does not have',
  missing_effect: 'A recorded call was not made',
  control_flow: 'The run took another way through the graph',
  chain_broken: 'The recording was changed after it was made',
  environment: 'The surroundings differ',
};

function Diverged({ answer, children }: AnswerProps) {
  const { divergence } = answer;
  return (
    <section className={`${classes.panel} ${classes.bad}`} aria-label="Replay">
      <div className={classes.head}>
        <IconGitCompare size={20} className={classes.icon} aria-hidden />
        <div className={classes.words} role="status">
          <strong>Replay: diverged</strong>
          <p>{divergence ? `${KINDS[divergence.kind]}: ${divergence.message}` : 'The digests differ.'}</p>
        </div>
        {children}
      </div>
      <Facts items={answersOf(answer)} />
      {divergence && <DivergenceDetails divergence={divergence} />}
    </section>
  );
}

function DivergenceDetails({ divergence }: { divergence: Divergence }) {
  const { id } = route.useParams();
  const { firstSeenAt, inputDiff, before, versions } = divergence;
  return (
    <div className={classes.details}>
      <Facts
        items={[
          ['Kind', <code key="kind">{divergence.kind}</code>],
          ['Key', <code key="key">{divergence.key}</code>],
          [
            'At',
            divergence.seq ? <SeqLink key="seq" id={id} seq={divergence.seq} /> : 'not in the recording',
          ],
          ...(firstSeenAt
            ? [
                [
                  'First seen at',
                  <SeqLink key="first" id={id} seq={firstSeenAt.seq} name={firstSeenAt.key} />,
                ] as const,
              ]
            : []),
          ...(versions.graph.expected === versions.graph.actual
            ? []
            : [
                [
                  'Graph',
                  `${versions.graph.expected.slice(0, 12)} → ${versions.graph.actual.slice(0, 12)}`,
                ] as const,
              ]),
        ].map(([name, value]) => [name, value] as [string, React.ReactNode])}
      />
      <SideBySide expected={divergence.expected} actual={divergence.actual} />
      {inputDiff.length > 0 && (
        <div>
          <h2 className={classes.small}>What differs</h2>
          <JsonChanges changes={inputDiff} />
        </div>
      )}
      {before.length > 0 && (
        <div>
          <h2 className={classes.small}>The last events that matched</h2>
          <ol className={classes.before}>
            {before.map((event) => (
              <li key={event.seq}>
                <SeqLink id={id} seq={event.seq} /> <code>{event.key}</code> {event.type}{' '}
                <span className={classes.muted}>{describeEvent(event as JournalEvent).text}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}
