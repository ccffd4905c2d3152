import { ActionIcon } from '@mantine/core';
import { IconCircleCheck, IconGitCompare, IconX } from '@tabler/icons-react';
import type { Divergence, JournalEvent, ReplayAnswer } from '@rehearse/contracts';
import type { UseMutationResult } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Digest } from '../../ui/Digest.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Facts } from '../../ui/Facts.js';
import { SideBySide } from '../../ui/SideBySide.js';
import { describeEvent } from './event-text.js';
import classes from './ReplayPanel.module.css';

const route = getRouteApi('/inside/runs/$id');
type Replay = UseMutationResult<ReplayAnswer, Error, void>;

/** What the last replay of this run said. */
export function ReplayPanel({ replay }: { replay: Replay }) {
  if (replay.error)
    return (
      <div className={classes.space}>
        <ErrorPanel error={replay.error} onRetry={() => replay.mutate()} />
      </div>
    );
  if (!replay.data) return null;
  const close = (
    <ActionIcon aria-label="Close the replay" onClick={() => replay.reset()}>
      <IconX size={15} />
    </ActionIcon>
  );
  return replay.data.identical ? (
    <Identical answer={replay.data}>{close}</Identical>
  ) : (
    <Diverged answer={replay.data}>{close}</Diverged>
  );
}

interface AnswerProps {
  answer: ReplayAnswer;
  children: React.ReactNode;
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
          <table className={classes.diff}>
            <thead>
              <tr>
                <th>Where</th>
                <th>Expected</th>
                <th>Actual</th>
              </tr>
            </thead>
            <tbody>
              {inputDiff.map((change) => (
                <tr key={change.pointer}>
                  <td>
                    <code>{change.pointer || '/'}</code>
                  </td>
                  <td>{'expected' in change ? <del>{JSON.stringify(change.expected)}</del> : 'absent'}</td>
                  <td>{'actual' in change ? <ins>{JSON.stringify(change.actual)}</ins> : 'absent'}</td>
                </tr>
              ))}
            </tbody>
          </table>
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

function SeqLink({ id, seq, name }: { id: string; seq: number; name?: string }) {
  return (
    <Link to="/runs/$id" params={{ id }} search={{ tab: 'log', seq }} resetScroll={false}>
      {name ? `${name} (${seq})` : `seq ${seq}`}
    </Link>
  );
}
