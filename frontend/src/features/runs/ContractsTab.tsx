import { IconShieldCheck } from '@tabler/icons-react';
import type { ContractView, RunView } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
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

/** The rules over the whole run, each with the event that broke it. */
export function ContractsTab({ run, feed }: { run: RunView; feed: RunFeed }) {
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
          <Contract key={`${contract.id} ${contract.seq}`} run={run} contract={contract} feed={feed} />
        ))}
    </div>
  );
}

function Contract({ run, contract, feed }: { run: RunView; contract: ContractView; feed: RunFeed }) {
  const { seq, verdict, line, graph } = contract;
  return (
    <details className={classes.check} open={verdict === 'failed'} data-verdict={verdict}>
      <summary className={classes.summary}>
        <StatusBadge look={VERDICTS[verdict]} />
        <code className={classes.name}>{contract.id}</code>
        <span className={classes.reason}>{contract.message ?? WORDS[verdict]}</span>
        <span className={classes.side}>
          {contract.orderSensitive && <span>depends on the order of parallel branches</span>}
          {line !== undefined && (
            <span>
              line {line}
              {graph !== undefined && ` of ${graph}`}
            </span>
          )}
          {contract.severity}
        </span>
      </summary>
      <div className={classes.body}>
        {seq === undefined ? (
          <p className={classes.meta}>No event broke it.</p>
        ) : (
          <>
            <p className={classes.meta}>
              <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'log', seq }}>
                Broken at seq {seq}
              </Link>
            </p>
            <BreakingEvent feed={feed} seq={seq} />
          </>
        )}
      </div>
    </details>
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
