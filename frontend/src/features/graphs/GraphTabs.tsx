import { Button } from '@mantine/core';
import { IconListDetails, IconShieldCheck } from '@tabler/icons-react';
import type { GraphView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Digest } from '../../ui/Digest.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { JsonView } from '../../ui/JsonView.js';
import { Loading } from '../../ui/Loading.js';
import { Panel } from '../../ui/Panel.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import table from '../../ui/table.module.css';
import { ContractDemand } from './ContractDemand.js';
import { RunList } from '../runs/index.js';
import { versionsQuery } from './queries.js';

interface TabProps {
  graph: GraphView;
}

export function RunsTab({ graph }: TabProps) {
  return (
    <Panel flush>
      <RunList filters={{ graph: graph.name }} emptyTitle="This graph has not run yet" />
    </Panel>
  );
}

export function CasesTab({ graph, onRun }: TabProps & { onRun?: (caseId: string) => void }) {
  return (
    <Panel flush>
      {graph.cases.length === 0 ? (
        <EmptyState icon={IconListDetails} title="No cases">
          A case is one set of vars. Add <code>cases:</code> to the YAML and they are listed here.
        </EmptyState>
      ) : (
        <div className={table.scroll}>
          <table className={table.table}>
            <thead>
              <tr>
                <th>Case</th>
                <th>Vars</th>
                <th className={`${table.end} ${table.wide}`}>Repeats</th>
                <th>
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {graph.cases.map((one) => (
                <tr key={one.id}>
                  <td className={`${table.id} mono`}>{one.id}</td>
                  <td style={{ minWidth: 160 }}>
                    <JsonView value={one.vars} label={`Vars of ${one.id}`} />
                  </td>
                  <td className={`${table.end} ${table.wide}`}>{one.repeats}</td>
                  <td className={table.end}>
                    {onRun && !graph.imported && (
                      <Button variant="default" onClick={() => onRun(one.id)} aria-label={`Run ${one.id}`}>
                        Run
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

export function ContractsTab({ graph }: TabProps) {
  return (
    <Panel flush>
      {graph.contracts.length === 0 ? (
        <EmptyState icon={IconShieldCheck} title="No contracts">
          A contract is a rule over the whole run: never, at most, first this then that. Add{' '}
          <code>contracts:</code> to the YAML.
        </EmptyState>
      ) : (
        <div className={table.scroll}>
          <table className={table.table}>
            <thead>
              <tr>
                <th>Contract</th>
                <th>Severity</th>
                <th>Rule</th>
                <th className={table.end}>Line</th>
              </tr>
            </thead>
            <tbody>
              {graph.contracts.map((contract) => (
                <tr key={contract.id}>
                  <td className={`${table.id} mono`}>{contract.id}</td>
                  <td>{contract.severity}</td>
                  <td>
                    <ContractDemand contract={contract} />
                    {contract.description && <p className={table.muted}>{contract.description}</p>}
                  </td>
                  <td className={table.end}>
                    {contract.line !== undefined && (
                      <Link
                        to="/graphs/$graph"
                        params={{ graph: graph.name }}
                        search={{ version: graph.version, line: contract.line }}
                        aria-label={`Line ${contract.line} of the YAML`}
                      >
                        {contract.line}
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

export function VersionsTab({ graph }: TabProps) {
  const versions = useQuery(versionsQuery(graph.name));
  if (versions.error) return <ErrorPanel error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <Loading />;
  return (
    <Panel flush>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th>Version</th>
              <th>Digest</th>
              <th className={table.wide}>Description</th>
              <th className={`${table.end} ${table.wide}`}>Nodes</th>
              <th>Uploaded</th>
            </tr>
          </thead>
          <tbody>
            {versions.data.items.map((version) => (
              <tr key={version.version} aria-current={version.version === graph.version ? 'true' : undefined}>
                <td>
                  <Link
                    to="/graphs/$graph"
                    params={{ graph: graph.name }}
                    search={{ version: version.version }}
                    className={table.rowLink}
                  >
                    v{version.version}
                  </Link>
                  {version.version === graph.version && <span className={table.muted}> shown</span>}
                </td>
                <td>
                  <Digest value={version.digest} />
                </td>
                <td className={`${table.wide} ${table.muted}`}>{version.description ?? ''}</td>
                <td className={`${table.end} ${table.wide}`}>{version.nodeCount}</td>
                <td className={table.muted}>
                  <RelativeTime at={version.createdAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
