// Proves each rule of .dependency-cruiser.cjs: a small tree in a temporary folder breaks it, and the same tree without
// the one bad import does not.   node --test scripts/check/dependency-rules.test.mjs
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const { forbidden } = require('../../.dependency-cruiser.cjs');

/** A tree that keeps every rule; each file is named by its path. */
const CLEAN = {
  'backend/contracts/src/index.ts': `import { z } from 'zod'; export const Run = z;`,
  'backend/engine/src/index.ts': `export { decide } from './decide.js';`,
  'backend/engine/src/decide.ts': `import { Run } from '@rehearse/contracts'; export const decide = Run;`,
  'backend/adapters/src/index.ts': `import { decide } from '@rehearse/engine'; export const clock = decide;`,
  'backend/testkit/src/index.ts': `import { decide } from '@rehearse/engine'; export const scripted = decide;`,
  'backend/testkit/src/deep.ts': `import { scripted } from './index.js'; export const deep = scripted;`,
  'backend/cli/src/main.ts': `import { decide } from '@rehearse/engine'; export const main = () => import('@rehearse/server/config') && decide;`,
  'backend/server/src/index.ts': `export { RunsController } from './features/runs/index.js';`,
  'backend/server/src/platform/config/index.ts': `import { Run } from '@rehearse/contracts'; export const config = Run;`,
  'backend/server/src/generated/client.ts': `import { config } from '../platform/config/index.js'; export const client = config;`,
  'backend/server/src/features/runs/index.ts': `export { RunsController } from './runs.controller.js';`,
  'backend/server/src/features/runs/runs.controller.ts': `import { RunsService } from './runs.service.js'; export const RunsController = RunsService;`,
  'backend/server/src/features/runs/runs.service.ts': `import { Runs } from './runs.repository.js'; export const RunsService = Runs;`,
  'backend/server/src/features/runs/runs.repository.ts': `import { client } from '../../generated/client.js'; export const Runs = client;`,
  'backend/server/src/features/graphs/index.ts': `import { RunsController } from '../runs/index.js'; export const graphs = RunsController;`,
  'frontend/src/main.tsx': `import { RunPage } from './features/runs/index.js'; export const app = RunPage;`,
  'frontend/src/ui/Badge.tsx': `import { Run } from '@rehearse/contracts'; export const Badge = Run;`,
  'frontend/src/features/runs/index.ts': `export { RunPage } from './RunPage.js';`,
  'frontend/src/features/runs/RunPage.tsx': `import { Badge } from '../../ui/Badge.js'; export const RunPage = Badge;`,
  'node_modules/zod/package.json': `{"name": "zod", "type": "module", "exports": "./index.js"}`,
  'node_modules/zod/index.js': `export const z = 1;`,
  'node_modules/pg/package.json': `{"name": "pg", "type": "module", "exports": "./index.js"}`,
  'node_modules/pg/index.js': `export default 1;`,
  'node_modules/@nestjs/common/package.json': `{"name": "@nestjs/common", "type": "module", "exports": "./index.js"}`,
  'node_modules/@nestjs/common/index.js': `export const Module = 1;`,
};

/** What breaks a rule: lines that are added to files (an `extra` file is made). */
const BREAKS = {
  'engine-is-pure': { 'backend/engine/src/decide.ts': `import 'node:fs';` },
  'engine-never-reaches-a-framework': { 'backend/contracts/src/index.ts': `import '@nestjs/common';` },
  'contracts-is-a-leaf': { 'backend/contracts/src/index.ts': `import 'pg';` },
  'packages-through-the-front-door': { 'backend/cli/src/main.ts': `import '../../engine/src/decide.js';` },
  'slices-through-the-front-door': {
    'backend/server/src/features/graphs/index.ts': `import '../runs/runs.service.js';`,
  },
  'platform-knows-no-feature': {
    'backend/server/src/platform/config/index.ts': `import '../../features/graphs/index.js';`,
  },
  'ui-knows-no-feature': { 'frontend/src/ui/Badge.tsx': `import '../features/runs/index.js';` },
  'prisma-only-in-repositories': { 'backend/server/src/features/runs/runs.service.ts': `import 'pg';` },
  'edges-do-not-touch-repositories': {
    'backend/server/src/features/runs/runs.controller.ts': `import './runs.repository.js';`,
  },
  'apps-do-not-meet': { 'frontend/src/main.tsx': `import '@rehearse/engine';` },
  'nobody-imports-the-command-line': {
    'backend/server/src/index.ts': `export * from '../../cli/src/index.js';`,
    'backend/cli/src/index.ts': `export * from './main.js';`,
  },
  'adapters-know-no-app': { 'backend/adapters/src/index.ts': `import '@rehearse/server/config';` },
  'no-circular': { 'backend/server/src/features/runs/runs.service.ts': `import './runs.controller.js';` },
  'not-to-unresolvable': { 'backend/engine/src/index.ts': `import './nowhere.js';` },
  'testkit-is-for-tests': { 'backend/server/src/index.ts': `import '@rehearse/testkit';` },
  'no-orphans': { 'frontend/src/ui/Forgotten.tsx': `export const Forgotten = 1;` },
};

const settings = ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'scripts/check/tsconfig.graph.json'];

describe('the dependency rules', { concurrency: 2 }, () => {
  test('a tree that keeps the rules has nothing to answer for', async () => {
    assert.deepEqual(await cruise({}), []);
  });

  for (const [rule, breaks] of Object.entries(BREAKS))
    test(`${rule} is reported where it is broken`, async () => {
      const names = await cruise(breaks);
      assert.ok(names.includes(rule), `expected ${rule}, reported: ${names.join(', ') || 'nothing'}`);
    });

  test('every rule has its proof', () => {
    const names = forbidden.map((rule) => rule.name);
    assert.deepEqual(names.sort(), Object.keys(BREAKS).sort());
  });

  test('a circle of types alone is allowed', async () => {
    const circle = `import type {} from './runs.controller.js';`;
    assert.deepEqual(await cruise({ 'backend/server/src/features/runs/runs.service.ts': circle }), []);
  });
});

/** The names of the rules that the tree breaks once `breaks` is in it. */
async function cruise(breaks) {
  const tree = mkdtempSync(path.join(tmpdir(), 'rehearse-rules-'));
  try {
    plant(tree, breaks);
    const args = [
      cruiser,
      'backend',
      'frontend',
      '--no-cache',
      '--config',
      '.dependency-cruiser.cjs',
      '-T',
      'json',
    ];
    const run = promisify(execFile)(process.execPath, args, { cwd: tree });
    const { stdout } = await run.catch((failed) => failed); // a broken rule is an exit code
    return [...new Set(JSON.parse(stdout).summary.violations.map((violation) => violation.rule.name))].sort();
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function plant(tree, breaks) {
  const write = (name, text) => {
    mkdirSync(path.join(tree, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(tree, name), text);
  };
  write('package.json', '{"type": "module"}');
  for (const name of settings) write(name, readFileSync(path.join(root, name), 'utf8'));
  for (const name of new Set([...Object.keys(CLEAN), ...Object.keys(breaks)]))
    write(name, [CLEAN[name], breaks[name]].filter(Boolean).join('\n'));
}
