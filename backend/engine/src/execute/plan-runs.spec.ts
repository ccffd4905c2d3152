import { describe, expect, it } from '@jest/globals';
import { folderOf } from '../graph/testing/folder-of.js';
import { graphOf } from '../graph/testing/told.js';
import { countRuns, planRuns, type RunChoice } from './plan-runs.js';

const GRAPH = graphOf(
  `labels: {team: a}
nodes: {a: {type: transform, value: "1"}}
cases:
  - {id: one, repeat: {runs: 2, minPass: 1}, seed: 4294967295}
  - {dataset: rows.csv}
matrix: {nodes.a.value: ["1", "2"]}
`,
  folderOf({ 'rows.csv': 'id,q,__expected\ntwo,x,1\n' }),
);
const told = (choice: RunChoice) =>
  [...planRuns(GRAPH, choice)].map(
    ({ caseId, matrix, repeat, repeats, seed, minPass }) =>
      `${caseId} ${JSON.stringify(matrix)} ${repeat}/${repeats} seed ${seed} min ${minPass}`,
  );

describe('the runs of a graph', () => {
  it('come by case, cell of the matrix and repeat', () => {
    expect(told({})).toMatchInlineSnapshot(`
      [
        "one {"nodes.a.value":"1"} 0/2 seed 4294967295 min 1",
        "one {"nodes.a.value":"1"} 1/2 seed 0 min 1",
        "one {"nodes.a.value":"2"} 0/2 seed 4294967295 min 1",
        "one {"nodes.a.value":"2"} 1/2 seed 0 min 1",
        "two {"nodes.a.value":"1"} 0/1 seed 1 min null",
        "two {"nodes.a.value":"2"} 0/1 seed 1 min null",
      ]
    `);
    expect(countRuns(GRAPH)).toBe(6);
    expect(countRuns(GRAPH, { isMeant: () => true })).toBe(6);
    const [first, , second] = planRuns(GRAPH);
    expect([first, second].map((run) => run?.graph.digest)).toEqual(
      GRAPH.variants.map((variant) => variant.graph.digest),
    );
  });

  it('are those that are meant, as often as is asked', () => {
    const choice: RunChoice = {
      isMeant: ({ dataset, labels }) => dataset === 'rows.csv' && labels['team'] === 'a',
      repeat: 1,
      seed: 5,
    };
    expect(told(choice)).toMatchInlineSnapshot(`
      [
        "two {"nodes.a.value":"1"} 0/1 seed 5 min null",
        "two {"nodes.a.value":"2"} 0/1 seed 5 min null",
      ]
    `);
    expect(countRuns(GRAPH, choice)).toBe(2);
    expect([...planRuns(GRAPH, choice)][0]?.of.assertions).toHaveLength(1);
  });

  it('are one without vars where there are no cases', () => {
    const graph = graphOf('nodes: {a: {type: transform, value: "1"}}');
    expect([...planRuns(graph)]).toMatchObject([
      { caseId: null, vars: {}, seed: 1, matrix: null, minPass: null },
    ]);
    expect(countRuns(graph, { repeat: 3 })).toBe(3);
  });
});
