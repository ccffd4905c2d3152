import { afterAll, describe, expect, it } from '@jest/globals';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@rehearse/testkit';
import { sourceStack } from './source-stack.js';

/** `throw` of the bundle, on line 1 from column 10, is `throw` of line 3 and column 5 of the source. */
const MAP = {
  version: 3,
  sources: ['../src/engine.ts'],
  names: [],
  mappings: 'SAEI',
};

describe('the stack of a crash', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const urlOf = (name: string) => pathToFileURL(`${folder.path}/${name}`).href;

  it('leads to the sources of what was bundled', () => {
    folder.write('dist/engine.js', '');
    folder.write('dist/engine.js.map', JSON.stringify(MAP));
    expect(sourceStack(`Error: oh\n    at a (${urlOf('dist/engine.js')}:1:10)`)).toBe(
      `Error: oh\n    at a (${urlOf('src/engine.ts')}:3:5)`,
    );
  });

  it('stays as it is where there is no map', () => {
    const stack = `Error: oh\n    at ${urlOf('other.js')}:1:1\n    at node:internal/process:95:5`;
    expect(sourceStack(stack)).toBe(stack);
  });
});
