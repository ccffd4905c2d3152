import { Button } from '@mantine/core';
import { IconFileUpload, IconUpload } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef, useState, type DragEvent } from 'react';
import { useCan } from '../access/index.js';
import { announce } from '../../ui/announcements.js';
import { clsx } from '../../ui/clsx.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { GraphStarter } from './GraphStarter.js';
import classes from './NewGraphPage.module.css';
import { RestoredDraft } from './RestoredDraft.js';
import { useDraft } from './useDraft.js';
import { useUpload } from './useUpload.js';
import { useValidation } from './useValidation.js';
import { Workbench } from './Workbench.js';

const route = getRouteApi('/inside/graphs/new');
const MAX_BYTES = 1_048_576;

export function NewGraphPage() {
  const { from, run } = route.useSearch();
  const navigate = route.useNavigate();
  const draft = useDraft({ graph: null, saved: '' });
  const { source } = draft;
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const validation = useValidation(source);
  const upload = useUpload(draft.forget);
  const mayWrite = useCan('write');

  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MAX_BYTES) announce(`${file.name} is larger than 1 MiB, the limit of a graph`, 'bad');
    else draft.write(await file.text());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };

  return (
    <div
      className={clsx(classes.page, isOver && classes.over)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDropCapture={(event) => event.dataTransfer.files.length > 0 && drop(event)}
    >
      <PageHeader
        title="New graph"
        crumbs={<Link to="/graphs">Graphs</Link>}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconFileUpload size={15} />}
              onClick={() => picker.current?.click()}
            >
              Choose a file
            </Button>
            <input
              ref={picker}
              type="file"
              accept=".yaml,.yml,application/yaml,text/yaml"
              className="visually-hidden"
              tabIndex={-1}
              aria-label="Graph file"
              onChange={(event) => void take(event.currentTarget.files?.[0])}
            />
            <Button
              leftSection={<IconUpload size={15} />}
              disabled={!mayWrite || !validation.isValid || !validation.isCurrent}
              loading={upload.isPending}
              onClick={() => upload.mutate(source)}
              title={mayWrite ? undefined : 'A Viewer cannot upload'}
            >
              Upload
            </Button>
          </>
        }
      />
      {draft.restored && <RestoredDraft draft={draft.restored} onDiscard={draft.discard} />}
      {upload.error && <ErrorPanel error={upload.error} />}
      <GraphStarter
        source={from ?? (run ? 'run' : 'template')}
        runId={run ?? ''}
        onSource={(next) => void navigate({ search: (search) => ({ ...search, from: next }), replace: true })}
        known={validation.diagnostics}
        hasText={source.trim() !== ''}
        mayWrite={mayWrite}
        onYaml={draft.write}
      />
      <Workbench source={source} onSource={draft.write} validation={validation} />
    </div>
  );
}
