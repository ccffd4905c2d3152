import type { Notification, ReportingDescriptor, Result } from 'sarif';
import type { Io } from '../io.js';
import type { RunReport } from '../run/run-report.js';
import type { RunError } from '../run/run-result.js';
import { nameOfCase, nameOfRun } from '../run/run-task.js';
import { version } from '../version.js';
import { earlyEnd } from './describe-run.js';
import { findingsOf, sourcePath, type Finding } from './places.js';
import type { Reporter, Write } from './reporter.js';
import { spool } from './spool.js';

interface Options {
  write: Write;
  io: Pick<Io, 'cwd' | 'env'>;
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const LEVELS = { critical: 'error', major: 'error', minor: 'warning' } as const;

/**
 * SARIF 2.1.0: each assertion or contract that failed is a result at its line of the YAML; one that could not be told is of
 * the kind `open`. What ended a run is a notification of the invocation. Results are written as they come, the rules last.
 */
export function sarif({ write, io }: Options): Reporter {
  const rules = new Map<string, ReportingDescriptor>();
  const notifications = list();
  const results = list(write);
  return {
    launch: () => write(`{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[{"results":[`),
    run(run) {
      for (const finding of findingsOf(run)) {
        if (!rules.has(finding.rule)) rules.set(finding.rule, ruleOf(finding));
        results.add(resultOf(finding, { run, file: sourcePath(io, finding.file) }));
      }
      const { error, ended } = run;
      if (error) notifications.add(notificationOf(run, io, { ...error, level: 'error' }));
      if (ended)
        notifications.add(notificationOf(run, io, { ...ended, level: 'warning', message: earlyEnd(ended) }));
    },
    done({ runs, exitCode }) {
      const driver = { name: 'rehearse', semanticVersion: version(), rules: [...rules.values()] };
      const executionSuccessful = runs.errored === 0;
      write(`\n],"tool":${JSON.stringify({ driver })},"columnKind":"unicodeCodePoints","invocations":[{`);
      write(
        `"executionSuccessful":${executionSuccessful},"exitCode":${exitCode},"toolExecutionNotifications":[`,
      );
      notifications.moveTo(write);
      write(']}]}]}\n');
    },
  };
}

/** The members of a JSON array, one a line. */
function list(write?: Write) {
  const waiting = spool();
  let isFirst = true;
  return {
    add(member: Result | Notification) {
      (write ?? waiting.write)(`${isFirst ? '' : ','}\n${JSON.stringify(member)}`);
      isFirst = false;
    },
    moveTo: waiting.moveTo,
  };
}

const ruleOf = ({ rule, kind, id }: Finding): ReportingDescriptor => ({
  id: rule,
  shortDescription: {
    text: kind === 'contract' ? `The contract ${id} holds.` : `The assertion ${rule.split('/')[1]} holds.`,
  },
});

interface Around {
  run: RunReport;
  file: string;
}

function resultOf({ rule, id, verdict, severity, message, range }: Finding, { run, file }: Around): Result {
  const { caseId, repeat, seed, loaded } = run.task;
  const verdicts =
    verdict === 'failed' ? { level: LEVELS[severity] } : ({ kind: 'open', level: 'none' } as const);
  const { line, column, endLine, endColumn } = range;
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    ruleId: rule,
    ...verdicts,
    message: { text: `${nameOfCase(run.task)}: ${message || 'it does not hold'}` },
    locations: [{ physicalLocation: { artifactLocation: artifact(file), region } }],
    partialFingerprints: { 'rehearse/v1': [loaded.graph.name, nameOfCase(run.task), repeat, id].join('/') },
    properties: { case: caseId, repeat, seed, digest: run.digest, severity },
  };
}

const notificationOf = (
  { task }: RunReport,
  io: Options['io'],
  { level, code, message }: RunError & { level: 'error' | 'warning' },
): Notification => ({
  level,
  descriptor: { id: code },
  message: { text: `${nameOfRun(task.loaded.graph.name, task)}: ${message}` },
  locations: [{ physicalLocation: { artifactLocation: artifact(sourcePath(io, task.loaded.file)) } }],
});

const artifact = (file: string) => ({
  uri: file.split('/').map(encodeURIComponent).join('/'),
  uriBaseId: '%SRCROOT%',
});
