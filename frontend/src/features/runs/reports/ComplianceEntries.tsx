import { IconCheck, IconClockPause, IconPencil, IconX } from '@tabler/icons-react';
import type { ComplianceApproval, RunCompliance } from '@rehearse/contracts';
import type { ReactNode } from 'react';
import { ContractDemand } from '../../graphs/index.js';
import { plural } from '../../../ui/format.js';
import { Panel } from '../../../ui/Panel.js';
import { plainText } from '../../../ui/plain-text.js';
import { RelativeTime } from '../../../ui/RelativeTime.js';
import { StatusBadge } from '../../../ui/StatusBadge.js';
import { VERDICTS, type Look } from '../../../ui/tones.js';
import { SeqLink } from '../replay/SeqLink.js';
import classes from './Compliance.module.css';

const DECISIONS: Record<NonNullable<ComplianceApproval['decision']> | 'open', Look> = {
  approve: { tone: 'good', icon: IconCheck, word: 'Approved' },
  modify: { tone: 'warn', icon: IconPencil, word: 'Modified' },
  reject: { tone: 'bad', icon: IconX, word: 'Rejected' },
  open: { tone: 'warn', icon: IconClockPause, word: 'Open' },
};

/** What happened under each head, each with its place in the journal. */
export function ComplianceEntries({ runId, report }: { runId: string; report: RunCompliance }) {
  const seq = (at: number) => <SeqLink id={runId} seq={at} />;
  return (
    <>
      <Entries title="Contracts" none="The graph has no contract, or none was settled yet.">
        {report.contracts.map((one) => (
          <Entry key={`${one.id} ${one.seq}`} badge={VERDICTS[one.verdict]} name={one.id}>
            {one.message ?? (one.verdict === 'passed' ? 'held for the whole run' : '')} · {one.severity}{' '}
            {one.seq !== undefined && seq(one.seq)}
            <span className={classes.rule}>
              <ContractDemand contract={one} />
            </span>
          </Entry>
        ))}
      </Entries>
      <Entries title="Safety" none="No assertion about safety or personal data.">
        {report.safety.map((one) => (
          <Entry key={one.id} badge={VERDICTS[one.verdict]} name={one.type}>
            {one.reason} {seq(one.seq)}
          </Entry>
        ))}
      </Entries>
      <Entries title="Refused by a policy" none="Nothing was refused.">
        {report.policyHits.map((one) => (
          <Entry key={one.seq} name={one.code}>
            {one.message} · {one.severity} · <code>{one.key}</code> {seq(one.seq)}
          </Entry>
        ))}
      </Entries>
      <Entries title="Decisions of people" none="Nobody was asked.">
        {report.approvals.map((one) => (
          <Entry key={one.seq} badge={DECISIONS[one.decision ?? 'open']} name={one.key}>
            <Approval one={one} /> {seq(one.seq)}
          </Entry>
        ))}
      </Entries>
      <Entries
        title="Redactions"
        aside={report.redactions.count > 0 && plural(report.redactions.count, 'value')}
        none="Nothing was masked."
      >
        {report.redactions.events.map((one) => (
          <Entry key={one.seq} name={one.key}>
            {seq(one.seq)}
          </Entry>
        ))}
      </Entries>
      <Entries title="Control" none="Nobody paused or stopped it.">
        {report.controls.map((one) => (
          <Entry key={one.seq} name={one.action}>
            by {one.by ?? 'somebody'}
            {one.reason && `: ${plainText(one.reason)}`}, <RelativeTime at={one.at} /> {seq(one.seq)}
          </Entry>
        ))}
      </Entries>
      <Entries title="Faults that were put in" none="None: it ran without chaos.">
        {report.faults.map((one) => (
          <Entry key={one.seq} name={one.fault}>
            by the rule {one.rule} at <code>{one.key}</code> {seq(one.seq)}
          </Entry>
        ))}
      </Entries>
    </>
  );
}

function Approval({ one }: { one: ComplianceApproval }) {
  return (
    <>
      “{plainText(one.prompt)}”{one.approvers.length > 0 && ` · asked: ${one.approvers.join(', ')}`}
      {one.by !== null && ` · by ${one.by}`}
      {one.reason && `: ${plainText(one.reason)}`}
      {one.decidedAt !== null && (
        <>
          , <RelativeTime at={one.decidedAt} />
        </>
      )}
    </>
  );
}

interface EntriesProps {
  title: string;
  aside?: ReactNode;
  /** Said where there is nothing. */
  none: string;
  children: ReactNode[];
}

function Entries({ title, aside, none, children }: EntriesProps) {
  return (
    <Panel title={title} aside={aside}>
      {children.length === 0 ? (
        <p className={classes.none}>{none}</p>
      ) : (
        <ul className={classes.entries} aria-label={title}>
          {children}
        </ul>
      )}
    </Panel>
  );
}

function Entry({ badge, name, children }: { badge?: Look; name: string; children: ReactNode }) {
  return (
    <li>
      {badge && <StatusBadge look={badge} />}
      <code className={classes.name}>{name}</code>
      <span className={classes.what}>{children}</span>
    </li>
  );
}
