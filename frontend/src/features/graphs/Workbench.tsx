import type { Diagnostic, ValidateAnswer } from '@rehearse/contracts';
import { IconSitemap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { clsx } from '../../ui/clsx.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { GraphCanvas } from './LazyGraphCanvas.js';
import { linesOf, nodeAt } from './node-lines.js';
import { Problems } from './Problems.js';
import { formatQuery } from './queries.js';
import type { Validation } from './useValidation.js';
import classes from './Workbench.module.css';
import { YamlEditor } from './LazyYamlEditor.js';
import type { YamlEditorHandle } from './YamlEditor.js';

interface WorkbenchProps {
  source: string;
  onSource: (text: string) => void;
  validation: Validation;
}

/** YAML to write, its problems below, its picture beside; what is selected in one is selected in the other. */
export function Workbench({ source, onSource, validation }: WorkbenchProps) {
  const editor = useRef<YamlEditorHandle>(null);
  const [node, setNode] = useState<string>();
  const format = useQuery(formatQuery).data;
  const { graph, lastGraph } = useLastGraph(validation.graph);
  const view = lastGraph?.nodes.find((candidate) => candidate.id === node);
  const pick = (diagnostic: Diagnostic) => editor.current?.goTo(diagnostic.line, diagnostic.column);
  return (
    <div className={classes.bench}>
      <section className={classes.pane} aria-label="YAML">
        <div className={classes.editor}>
          <YamlEditor
            ref={editor}
            value={source}
            onChange={onSource}
            diagnostics={validation.diagnostics}
            format={format}
            lines={view && linesOf(source, view)}
            onLine={(line) => setNode(lastGraph ? nodeAt(source, lastGraph.nodes, line) : undefined)}
            label="Graph, YAML"
            hint="Paste a graph, or drop a file here"
          />
        </div>
        {validation.error && <ErrorPanel error={validation.error} />}
        <Problems
          diagnostics={validation.diagnostics}
          isChecking={validation.isChecking}
          isEmpty={source.trim() === ''}
          onPick={pick}
        />
      </section>
      <section className={clsx(classes.pane, classes.picture, !graph && classes.dimmed)} aria-label="Canvas">
        {lastGraph ? (
          <GraphCanvas
            nodes={lastGraph.nodes}
            digest={shapeOf(lastGraph)}
            selected={node}
            onSelect={setNode}
          />
        ) : (
          <EmptyState icon={IconSitemap} title="The picture of your graph">
            It is drawn as soon as the text is valid, and stays while you mend a mistake.
          </EmptyState>
        )}
        {lastGraph && !graph && <p className={classes.stale}>The last valid graph</p>}
      </section>
    </div>
  );
}

type Graph = NonNullable<ValidateAnswer['graph']>;

function useLastGraph(graph: Graph | null): { graph: Graph | null; lastGraph: Graph | null } {
  const [lastGraph, setLastGraph] = useState(graph);
  if (graph && graph !== lastGraph) setLastGraph(graph);
  return { graph, lastGraph: graph ?? lastGraph };
}

/** Prompts may change without moving a node. */
const shapeOf = (graph: Graph): string => JSON.stringify(graph.nodes.map((node) => [node.id, node.needs]));
