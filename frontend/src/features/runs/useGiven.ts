import type { Json, RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { graphQuery } from '../graphs/index.js';

export interface Given {
  name: string;
  value: Json;
}

/** What a question is about: what the steps that it needs gave, and the vars of the run. */
export function useGiven(run: RunView, key: string): Given[] {
  const graph = useQuery(graphQuery(run.graph, run.graphVersion));
  const needs = graph.data?.nodes.find((node) => node.id === key)?.needs;
  return useMemo(() => givenOf(run, { key, needs }), [run, key, needs]);
}

function givenOf(
  { steps, vars }: RunView,
  { key, needs }: { key: string; needs: string[] | undefined },
): Given[] {
  const around = key.slice(0, key.lastIndexOf('/') + 1);
  const before = needs
    ? steps.filter((step) => needs.includes(step.key))
    : steps.filter((step) => around !== '' && step.key !== key && step.key.startsWith(around));
  const outputs = before.flatMap(({ key: name, output }) =>
    output === undefined || output === null ? [] : [{ name, value: output }],
  );
  return [...outputs, ...(Object.keys(vars).length > 0 ? [{ name: 'vars', value: vars }] : [])];
}
