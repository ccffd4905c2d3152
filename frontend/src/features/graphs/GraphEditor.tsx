import { Button } from '@mantine/core';
import type { GraphView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import classes from './GraphEditor.module.css';
import { yamlQuery } from './queries.js';
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
  return <Editing saved={yaml.data} onClose={onClose} />;
}

function Editing({ saved, onClose }: { saved: string; onClose: () => void }) {
  const [source, setSource] = useState(saved);
  const validation = useValidation(source);
  const upload = useUpload();
  const isChanged = source !== saved;
  return (
    <>
      <div className={classes.bar}>
        <span className={classes.note}>
          {isChanged
            ? 'Changed. Saving makes a new version; runs of the old one stay as they are.'
            : 'No change yet.'}
        </span>
        <Button variant="default" onClick={onClose}>
          {isChanged ? 'Discard' : 'Close'}
        </Button>
        <Button
          disabled={!isChanged || !validation.isValid || !validation.isCurrent}
          loading={upload.isPending}
          onClick={() => upload.mutate(source, { onSuccess: onClose })}
        >
          Save as a new version
        </Button>
      </div>
      {upload.error && <ErrorPanel error={upload.error} />}
      <Workbench source={source} onSource={setSource} validation={validation} />
    </>
  );
}
