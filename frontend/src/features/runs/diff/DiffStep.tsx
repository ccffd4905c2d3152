import { IconArrowNarrowRight, IconGitCompare } from '@tabler/icons-react';
import type { RunDiff, RunDiffChange, RunDiffStep } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../../ui/EmptyState.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { plural } from '../../../ui/format.js';
import { JsonView } from '../../../ui/JsonView.js';
import { Loading } from '../../../ui/Loading.js';
import { Panel } from '../../../ui/Panel.js';
import { SideBySide } from '../../../ui/SideBySide.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { CHANGES } from './diff-looks.js';
import classes from './DiffStep.module.css';
import { placeWords } from './diff-words.js';
import { diffStepQuery } from './queries.js';
import type { DiffSearch, Pair } from './search.js';
import { WordDiff } from './WordDiff.js';

interface DiffStepProps {
  diff: RunDiff;
  pair: Pair;
  step: RunDiffStep | undefined;
  ignore: DiffSearch['ignore'];
}

/** What differs in one step: its texts word by word, everything else by its place; below, both sides as they are. */
export function DiffStep({ diff, pair, step, ignore }: DiffStepProps) {
  if (!step)
    return (
      <Panel className={classes.panel}>
        <EmptyState icon={IconGitCompare} title={diff.identical ? 'Nothing differs' : 'Select a step'}>
          A step on the left shows here what is the same and what is not.
        </EmptyState>
      </Panel>
    );
  const { a, b } = step;
  return (
    <Panel
      className={classes.panel}
      title={
        <span className={classes.title}>
          <StatusBadge look={CHANGES[step.change]} />
          <code>{a && a.key !== step.key ? `${a.key} → ${step.key}` : step.key}</code>
        </span>
      }
      aside={
        <>
          {a && <SeqLink letter="A" id={pair.a} seq={a.seq} />}
          {b && <SeqLink letter="B" id={pair.b} seq={b.seq} />}
        </>
      }
    >
      <Contents diff={diff} pair={pair} step={step} ignore={ignore} />
    </Panel>
  );
}

function SeqLink({ letter, id, seq }: { letter: string; id: string; seq: number }) {
  return (
    <Link to="/runs/$id" params={{ id }} search={{ tab: 'log', seq }}>
      {letter}: seq {seq}
    </Link>
  );
}

function Contents({ diff, pair, step, ignore }: DiffStepProps & { step: RunDiffStep }) {
  const until = `${diff.runs.a.lastSeq} ${diff.runs.b.lastSeq}`;
  const query = useQuery(diffStepQuery({ ...pair, seqA: step.a?.seq, seqB: step.b?.seq, ignore, until }));
  if (query.error) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={6} label="Loading the step" />;
  const whole = query.data;
  if (!whole.a || !whole.b) return <OneSided step={whole} />;
  return (
    <div className={classes.parts}>
      {whole.change === 'moved' && (
        <p className={classes.note}>
          The same at another place: <code>{whole.a.key}</code>{' '}
          <IconArrowNarrowRight size={15} aria-label="became" className={classes.arrow} />{' '}
          <code>{whole.b.key}</code>
        </p>
      )}
      {whole.masked !== undefined && (
        <p className={classes.note}>
          {plural(whole.masked, 'place')} masked on both sides, shown as ‹id› and ‹time›.
        </p>
      )}
      <Differences step={whole} />
      {whole.json ? (
        <details className={classes.details}>
          <summary>Both sides as they are</summary>
          <SideBySide names={['A', 'B']} expected={whole.a.content} actual={whole.b.content} />
        </details>
      ) : (
        <Part name="Contents, the same in both">
          <JsonView value={whole.b.content} label="Contents" />
        </Part>
      )}
    </div>
  );
}

function OneSided({ step }: { step: RunDiffStep }) {
  const [letter, other] = step.a ? ['A', 'B'] : ['B', 'A'];
  return (
    <div className={classes.parts}>
      <p className={classes.note}>
        Only {letter} has this step; nothing of {other} is like it.
      </p>
      <Part name={`Contents in ${letter}`}>
        <JsonView value={(step.a ?? step.b)?.content} label={`Contents in ${letter}`} />
      </Part>
    </div>
  );
}

function Part({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <section className={classes.part} aria-label={name}>
      <h3 className={classes.name}>{name}</h3>
      {children}
    </section>
  );
}

const MOST_PLACES = 100;

function Differences({ step }: { step: RunDiffStep }) {
  const { text = [], json = [] } = step;
  const told = new Set(text.map(({ pointer }) => pointer));
  const rest = json.filter(({ pointer }) => !told.has(pointer));
  return (
    <>
      {text.map(({ pointer, words }) => (
        <Part key={pointer} name={placeWords(pointer)}>
          <WordDiff words={words} label={placeWords(pointer)} />
        </Part>
      ))}
      {rest.length > 0 && (
        <Part name={text.length > 0 ? 'Other values' : 'Values'}>
          <Values changes={rest} />
        </Part>
      )}
      {json.length >= MOST_PLACES && (
        <p className={classes.note}>
          The first {MOST_PLACES} places are shown; both sides stand below as they are.
        </p>
      )}
    </>
  );
}

function Values({ changes }: { changes: RunDiffChange[] }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.values}>
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.pointer}>
              <td title={change.pointer}>{placeWords(change.pointer)}</td>
              <td>
                {'a' in change ? <del>{inJson(change.a)}</del> : <span className={classes.none}>absent</span>}
              </td>
              <td>
                {'b' in change ? <ins>{inJson(change.b)}</ins> : <span className={classes.none}>absent</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const LONGEST = 2_000;

function inJson(value: unknown): string {
  const text = JSON.stringify(value, null, 1) ?? 'null';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
