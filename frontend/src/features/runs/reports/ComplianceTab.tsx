import { Button } from '@mantine/core';
import { IconDownload, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import type { RunCompliance, RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { Loading } from '../../../ui/Loading.js';
import { Panel } from '../../../ui/Panel.js';
import { useDownload } from '../useDownload.js';
import { troublesOf } from './compliance-words.js';
import { BudgetRows } from './BudgetRows.js';
import classes from './Compliance.module.css';
import { ComplianceEntries } from './ComplianceEntries.js';
import { complianceQuery } from './queries.js';

/** What an auditor asks of a run: rules, refusals, what was masked, who decided what, and what it used. */
export function ComplianceTab({ run, isPast }: { run: RunView; isPast: boolean }) {
  const report = useQuery(complianceQuery(run));
  if (report.error && !report.data)
    return <ErrorPanel error={report.error} onRetry={() => void report.refetch()} />;
  if (!report.data) return <Loading lines={8} label="Loading the report" />;
  return (
    <div className={classes.report}>
      <Sum run={run} report={report.data} isPast={isPast} />
      <ComplianceEntries runId={run.id} report={report.data} />
      <Panel title="Budget" flush>
        <BudgetRows budget={report.data.budget} />
      </Panel>
    </div>
  );
}

function Sum({ run, report, isPast }: { run: RunView; report: RunCompliance; isPast: boolean }) {
  const troubles = troublesOf(report);
  const isFine = troubles.length === 0;
  const Mark = isFine ? IconShieldCheck : IconShieldX;
  return (
    <section className={`${classes.sum} ${isFine ? classes.good : classes.bad}`} aria-label="Compliance">
      <Mark size={20} className={classes.icon} aria-hidden />
      <div className={classes.words}>
        <strong>{isFine ? 'Nothing to object to' : troubles.join(', ')}</strong>
        <p>
          {report.chain.isWhole
            ? 'The chain of digests is whole: no event was changed or removed.'
            : report.chain.message}
          {run.finishedAt === null && ' The run goes on, and this is its report so far.'}
          {isPast && ' The report is of the whole run, not of the place that is shown above.'}
        </p>
      </div>
      <Export run={run} format="json" />
      <Export run={run} format="csv" />
    </section>
  );
}

function Export({ run, format }: { run: RunView; format: 'json' | 'csv' }) {
  const download = useDownload({
    path: `/user-testing/runs/${run.id}/compliance?format=${format}`,
    name: `compliance-${run.id}.${format}`,
  });
  return (
    <div>
      <Button
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {format.toUpperCase()}
      </Button>
      {download.error && <ErrorPanel error={download.error} />}
    </div>
  );
}
