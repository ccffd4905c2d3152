import { Button } from '@mantine/core';
import type { GraphView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import classes from './GraphEditor.module.css';
import { yamlQuery } from './queries.js';
import { RestoredDraft } from './RestoredDraft.js';
import { useDraft } from './useDraft.js';
import { useUpload } from './useUpload.js';
import { useValidation } from './useValidation.js';
import { Workbench } from './Workbench.js';

interface GraphEditorProps {
  graph: GraphView;
  onClose: () => void;
}

/** The text of a version to change; what is saved is a new version. */
export function GraphEditor({ graph, onClose }: GraphEditorProps) {
  const yaml = useQuery(yamlQuery(graph.name, graph.version));
  if (yaml.error) return <ErrorPanel error={yaml.error} onRetry={() => void yaml.refetch()} />;
  if (yaml.data === undefined) return <Loading lines={12} />;
  const version = `${graph.name} ${graph.version}`;
  return <Editing key={version} graph={graph} saved={yaml.data} onClose={onClose} />;
}

function Editing({ graph, saved, onClose }: GraphEditorProps & { saved: string }) {
  const { name, version } = graph;
  const draft = useDraft({ graph: name, version, saved });
  const { source } = draft;
  const validation = useValidation(source);
  const upload = useUpload(draft.forget);
  const isChanged = source !== saved;
  return (
    <>
      <div className={classes.bar}>
        <span className={classes.note}>
          {isChanged
            ? 'Changed, and kept in this browser. Saving makes a new version; runs of the old one stay as they are.'
            : 'No change yet.'}
        </span>
        {isChanged && !draft.restored && (
          <Button variant="default" onClick={draft.discard}>
            Discard
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          disabled={!isChanged || !validation.isValid || !validation.isCurrent}
          loading={upload.isPending}
          onClick={() => upload.mutate(source, { onSuccess: onClose })}
        >
          Save as a new version
        </Button>
      </div>
      {draft.restored && <RestoredDraft draft={draft.restored} version={version} onDiscard={draft.discard} />}
      {upload.error && <ErrorPanel error={upload.error} />}
      <Workbench source={source} onSource={draft.write} validation={validation} />
    </>
  );
}
