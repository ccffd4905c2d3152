import { IconShieldCheck } from '@tabler/icons-react';
import type { ContractView, RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ContractDemand, graphQuery, patternOf } from '../graphs/index.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { JsonView } from '../../ui/JsonView.js';
import { Panel } from '../../ui/Panel.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { VERDICTS } from '../../ui/tones.js';
import classes from './Checks.module.css';
import { describeEvent } from './event-text.js';
import type { RunFeed } from './run-feed.js';
import { useFeed } from './useRunFeed.js';

const RANK = { failed: 0, errored: 1, passed: 2 };
const WORDS = { failed: 'was broken', errored: 'could not be checked', passed: 'held for the whole run' };

type Placed = Pick<ContractView, 'id' | 'line'>;
const isSame = (a: { id: string; line?: number | undefined }, b: Placed) =>
  a.id === b.id && a.line === b.line;
const isOfNode = ({ rule, graph }: ContractView) =>
  graph === undefined && (rule?.requires ?? rule?.ensures) !== undefined;

/** The rules over the whole run, each with what it demands and the event that broke it. */
export function ContractsTab({ run, feed }: { run: RunView; feed: RunFeed }) {
  const graph = useQuery({ ...graphQuery(run.graph, run.graphVersion), enabled: run.contracts.length > 0 });
  const written = graph.data?.contracts ?? [];
  if (run.contracts.length === 0)
    return (
      <Panel flush>
        <EmptyState icon={IconShieldCheck} title="No contract">
          A contract is a rule over the whole run, such as “no refund before the order was looked up”. Add{' '}
          <code>contracts:</code> to the graph.
        </EmptyState>
      </Panel>
    );
  return (
    <div className={classes.list}>
      {run.contracts
        .toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict])
        .map((contract) => (
          <Contract
            key={`${contract.id} ${contract.seq}`}
            run={run}
            contract={contract}
            feed={feed}
            isWritten={isOfNode(contract) || written.some((one) => isSame(one, contract))}
          />
        ))}
    </div>
  );
}

interface ContractProps {
  run: RunView;
  contract: ContractView;
  feed: RunFeed;
  /** It stands in the graph itself: a suite, a graph within the graph or a regrade may bring others. */
  isWritten: boolean;
}

function Contract({ run, contract, feed, isWritten }: ContractProps) {
  const { seq, verdict } = contract;
  return (
    <details className={classes.check} open={verdict === 'failed'} data-verdict={verdict}>
      <summary className={classes.summary}>
        <StatusBadge look={VERDICTS[verdict]} />
        <code className={classes.name}>{contract.id}</code>
        <span className={classes.reason}>{contract.message ?? WORDS[verdict]}</span>
        <span className={classes.side}>
          {contract.orderSensitive && <span>depends on the order of parallel branches</span>}
          {contract.severity}
        </span>
        <span className={classes.rule}>
          <ContractDemand contract={contract} />
        </span>
      </summary>
      <div className={classes.body}>
        {contract.rule?.description && <p>{contract.rule.description}</p>}
        <p className={classes.meta}>
          {seq === undefined ? (
            <span>No event broke it</span>
          ) : (
            <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'log', seq }}>
              Broken at seq {seq}
            </Link>
          )}
          <RulePlace run={run} contract={contract} isWritten={isWritten} />
        </p>
        {seq !== undefined && <BreakingEvent feed={feed} seq={seq} />}
      </div>
    </details>
  );
}

/** Its pattern, and where it is written. */
function RulePlace({ run, contract, isWritten }: Omit<ContractProps, 'feed'>) {
  const { line, graph, rule } = contract;
  const pattern = rule && patternOf(rule);
  const place = `line ${line} of ${graph ?? run.graph}`;
  const search = { version: run.graphVersion, line };
  return (
    <>
      {line !== undefined && !isWritten && <span>{place}</span>}
      {line !== undefined && isWritten && (
        <Link to="/graphs/$graph" params={{ graph: run.graph }} search={search}>
          {place}
        </Link>
      )}
      {pattern !== undefined && (
        <span>
          pattern <code>{pattern}</code>
        </span>
      )}
    </>
  );
}

function BreakingEvent({ feed, seq }: { feed: RunFeed; seq: number }) {
  const { events } = useFeed(feed);
  const event = events[seq - 1];
  if (!event) return null;
  return (
    <div>
      <p className={classes.meta}>
        <code>{event.type}</code> <code>{event.key}</code> <span>{describeEvent(event).text}</span>
      </p>
      <JsonView value={event.data} label={`Payload of event ${seq}`} />
    </div>
  );
}
