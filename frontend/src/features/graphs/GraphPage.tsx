import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import type { GraphView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ProblemError } from '../../api/problem.js';
import { useCan } from '../access/index.js';
import { Digest } from '../../ui/Digest.js';
import { Facts } from '../../ui/Facts.js';
import { plural } from '../../ui/format.js';
import { LinkTabs } from '../../ui/LinkTabs.js';
import { Loading } from '../../ui/Loading.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { PageProblem } from '../../ui/PageProblem.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { CasesTab, ContractsTab, RunsTab, VersionsTab } from './GraphTabs.js';
import { GraphEditor } from './GraphEditor.js';
import { GraphStructure } from './GraphStructure.js';
import { graphQuery, versionsQuery } from './queries.js';
import { RunDialog } from './RunDialog.js';
import { useHasDraft } from './useDraft.js';

const route = getRouteApi('/inside/graphs/$graph');

export function GraphPage() {
  const { graph: name } = route.useParams();
  const { version } = route.useSearch();
  const query = useQuery(graphQuery(name, version));
  if (query.error && !query.data)
    return (
      <PageProblem
        what={version === undefined ? 'graph' : `version ${version} of ${name}`}
        crumbs={<WayBack name={name} version={version} />}
        error={version === undefined ? query.error : ofVersion(query.error)}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <Loading lines={8} />;
  return <GraphDetails graph={query.data} />;
}

/** The server says of a version that is not there that the graph is not. */
function ofVersion(error: Error): Error {
  if (!(error instanceof ProblemError) || error.status !== 404) return error;
  const detail = 'The graph has no such version, or is not there at all.';
  return new ProblemError({ ...error.problem, title: 'There is no such version', detail });
}

/** From a version that is not there, the graph itself is the nearest that may be. */
function WayBack({ name, version }: { name: string; version: number | undefined }) {
  return (
    <>
      <Link to="/graphs">Graphs</Link>
      {version !== undefined && (
        <>
          <span aria-hidden>/</span>
          <Link to="/graphs/$graph" params={{ graph: name }}>
            {name}, newest version
          </Link>
        </>
      )}
    </>
  );
}

function GraphDetails({ graph }: { graph: GraphView }) {
  const { tab = 'structure', version } = route.useSearch();
  const [dialog, setDialog] = useState<{ caseId?: string } | null>(null);
  const [isEditing, setEditing] = useState(false);
  const mayWrite = useCan('write');
  const hasDraft = useHasDraft(graph.name);
  const actions = (
    <>
      <VersionMenu graph={graph} />
      <Button
        variant="default"
        leftSection={<IconPencil size={15} />}
        disabled={!mayWrite || graph.imported || isEditing}
        title={graph.imported ? 'This graph was made by an import' : undefined}
        onClick={() => setEditing(true)}
      >
        {hasDraft ? 'Edit the draft' : 'Edit'}
      </Button>
      <Button
        leftSection={<IconPlayerPlay size={15} />}
        disabled={!mayWrite || graph.imported}
        title={graph.imported ? 'Recordings that were imported cannot be executed' : undefined}
        onClick={() => setDialog({})}
      >
        Run
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title={graph.name} crumbs={<Link to="/graphs">Graphs</Link>} actions={actions}>
        {graph.description && <p style={{ color: 'var(--muted)' }}>{graph.description}</p>}
        <Facts
          items={[
            ['Version', version ? `${graph.version}` : `${graph.version} (newest)`],
            ['Digest', <Digest key="digest" value={graph.digest} />],
            ['Uploaded', <RelativeTime key="at" at={graph.createdAt} />],
            ['Size', `${plural(graph.nodeCount, 'node')}, ${plural(graph.cases.length, 'case')}`],
            ...Object.entries(graph.labels).map(([label, value]): [string, string] => [label, value]),
          ]}
        />
      </PageHeader>
      {isEditing ? (
        <GraphEditor graph={graph} onClose={() => setEditing(false)} />
      ) : (
        <>
          <LinkTabs
            label="Graph"
            current={tab}
            items={[
              { key: 'structure', label: 'Structure' },
              { key: 'runs', label: 'Runs' },
              { key: 'cases', label: 'Cases', badge: graph.cases.length },
              { key: 'contracts', label: 'Contracts', badge: graph.contracts.length },
              { key: 'versions', label: 'Versions' },
            ]}
          />
          {tab === 'structure' && <GraphStructure graph={graph} />}
          {tab === 'runs' && <RunsTab graph={graph} />}
          {tab === 'cases' && (
            <CasesTab graph={graph} {...(mayWrite && { onRun: (caseId) => setDialog({ caseId }) })} />
          )}
          {tab === 'contracts' && <ContractsTab graph={graph} />}
          {tab === 'versions' && <VersionsTab graph={graph} />}
        </>
      )}
      {dialog && <RunDialog graph={graph} {...dialog} onClose={() => setDialog(null)} />}
    </>
  );
}

function VersionMenu({ graph }: { graph: GraphView }) {
  const versions = useQuery(versionsQuery(graph.name));
  const navigate = route.useNavigate();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />}>
          Version {graph.version}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {versions.data?.items.map((version) => (
          <Menu.Item
            key={version.version}
            onClick={() => void navigate({ search: (search) => ({ ...search, version: version.version }) })}
          >
            v{version.version} · <RelativeTime at={version.createdAt} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
