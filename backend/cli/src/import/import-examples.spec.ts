import { cpSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commandLine,
  fakeOpenai,
  temporaryFolder,
  type FakeServer,
  type TemporaryFolder,
} from '@rehearse/testkit';
import { main } from '../main.js';

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
let server: FakeServer | undefined;
beforeAll(() => {
  folder = temporaryFolder();
  cpSync(path.resolve(import.meta.dirname, '../../examples/imports'), folder.path, { recursive: true });
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());
afterEach(() => server?.close());

const doneOf = (out: string) => JSON.parse(out.trim().split('\n').at(-1)!) as unknown;

describe('the example of a config of promptfoo', () => {
  it('comes over as a whole, its key as a secret, and passes with both of its providers', async () => {
    const made = await rehearse([
      'import',
      'promptfoo',
      'promptfoo/promptfooconfig.yaml',
      '--output',
      'desk',
    ]);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toContain('promptfoo/promptfooconfig.yaml  4 graphs');
    expect(folder.list().filter((file) => file.startsWith('desk/'))).toHaveLength(4);
    for (const file of folder.list().filter((one) => one.startsWith('desk/')))
      expect(folder.read(file)).not.toContain('sk-never');
    server = await fakeOpenai(({ json }) => {
      const messages = json!['messages'] as { content: string }[];
      return { text: messages.at(-1)!.content };
    });
    const [, secret] = /\$\{secret:(\w+)\}/.exec(folder.read('desk/train-desk-chat.yaml'))!;
    const env = {
      OPENAI_BASE_URL: `${server.url}/v1`,
      [`REHEARSE_SECRET_${secret!.toUpperCase()}`]: 'sk-test',
    };
    const run = await rehearse(['run', 'desk', '--reporter', 'json'], { env });
    expect(doneOf(run.out)).toMatchObject({ passed: 80, failed: 0, errored: 0, inconclusive: 0 });
    expect(run.code).toBe(0);
  });
});

describe('the example of a folder of agents', () => {
  it('comes over as a whole, validates, and runs offline until somebody says what it must do', async () => {
    const made = await rehearse(['import', 'agents', 'agents', '--output', 'staff']);
    expect(made).toMatchObject({ code: 0, err: '' });
    const files = folder.list().filter((file) => file.startsWith('staff/'));
    expect(files).toEqual(['staff/order-support.yaml', 'staff/release-writer.yaml']);
    for (const file of files) expect(folder.read(file)).not.toContain('sk-never');
    expect((await rehearse(['validate', 'staff'])).code).toBe(0);
    const run = await rehearse(['run', 'staff', '--offline', '--reporter', 'json']);
    expect(doneOf(run.out)).toMatchObject({ passed: 0, failed: 0, errored: 0, inconclusive: 2 });
  });
});
