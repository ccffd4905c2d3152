import type { Diagnostic, ValidateAnswer } from '@rehearse/contracts';
import { IconSitemap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { clsx } from '../../ui/clsx.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { GraphCanvas } from './LazyGraphCanvas.js';
import { GraphOutline } from './outline/GraphOutline.js';
import { findNode, innermostAt, outermost } from './outline/outline-rows.js';
import { useOutline } from './outline/useOutline.js';
import { ViewSwitch, type GraphViewName } from './outline/ViewSwitch.js';
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

/** YAML to write, its problems below, its picture or its outline beside; what is selected in one is selected in the other. */
export function Workbench({ source, onSource, validation }: WorkbenchProps) {
  const editor = useRef<YamlEditorHandle>(null);
  const [node, setNode] = useState<string>();
  const format = useQuery(formatQuery).data;
  const { graph, lastGraph } = useLastGraph(validation.graph);
  const [view, setView] = useState<GraphViewName>('canvas');
  const outline = useOutline(source);
  const inner = findNode(outline, node);
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
            lines={inner && { from: inner.line, to: inner.endLine }}
            onLine={(line) => setNode(innermostAt(outline, line)?.key)}
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
      <section
        className={clsx(classes.pane, !graph && classes.dimmed)}
        aria-label={view === 'outline' ? 'Outline' : 'Canvas'}
      >
        <div className={classes.views}>
          <ViewSwitch view={view} onView={setView} />
          {lastGraph && !graph && view === 'canvas' && <p className={classes.stale}>The last valid graph</p>}
        </div>
        <div className={clsx(classes.picture, view === 'canvas' && classes.centred)}>
          {view === 'outline' ? (
            <GraphOutline nodes={outline} selected={node} onSelect={setNode} />
          ) : lastGraph ? (
            <GraphCanvas
              nodes={lastGraph.nodes}
              digest={shapeOf(lastGraph)}
              selected={outermost(node)}
              onSelect={setNode}
            />
          ) : (
            <EmptyState icon={IconSitemap} title="The picture of your graph">
              It is drawn as soon as the text is valid, and stays while you mend a mistake.
            </EmptyState>
          )}
        </div>
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
