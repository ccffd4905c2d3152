import { describe, expect, it } from '@jest/globals';
import { graphText, told } from '../testing/told.js';

const graph = (sections: string): string => told(graphText(sections));
const each = (over: string, as = 'item') =>
  graph(`nodes: {e: {type: forEach, over: '${over}', as: ${as}, nodes: {n: {type: transform, value: "1"}}}}`);

describe('a forEach', () => {
  it.each(['index', 'nodes', 'inputs', 'vars', 'run', 'case', 'output', 'memory', '"null"', '"in"'])(
    'has no item of the name %s, which expressions have for something else',
    (as) => {
      expect(each('[1]', as)).toContain(`nodes.e.as: an item cannot be called \`${as.replaceAll('"', '')}\``);
    },
  );

  it('may call its item as it likes otherwise, and so know its fields', () => {
    expect([each('[1]', 'a'), each('[1]', 'order'), each('inputs.items'), each('inputs.?items')]).toEqual(
      Array(4).fill(''),
    );
    expect(
      graph('nodes: {e: {type: forEach, over: "[1]", as: a, nodes: {n: {type: transform, value: a.zz}}}}'),
    ).toBe('');
    expect(graph('nodes: {n: {type: transform, value: a.zz}}')).toMatchInlineSnapshot(
      `"4:37-38 expression/unknown-name nodes.n.value: unknown name \`a\`; known here are inputs, vars, nodes, run, case (use a name that exists here)"`,
    );
  });

  it('is refused when it runs over what is certainly no list', () => {
    expect([each('5'), each('{"a": 1}'), each('inputs'), each('"a" + "b"')].join('\n'))
      .toMatchInlineSnapshot(`
      "4:34-37 expression/type nodes.e.over: \`over\` takes a list, and this is a number (write a list, as in [1, 2] or inputs.items)
      4:34-44 expression/type nodes.e.over: \`over\` takes a list, and this is a map (write a list, as in [1, 2] or inputs.items)
      4:34-42 expression/type nodes.e.over: \`over\` takes a list, and this is a map (write a list, as in [1, 2] or inputs.items)
      4:34-45 expression/type nodes.e.over: \`over\` takes a list, and this is a string (write a list, as in [1, 2] or inputs.items)"
    `);
  });
});
