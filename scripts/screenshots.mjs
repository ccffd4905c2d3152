#!/usr/bin/env node
// Takes the pictures of docs/images from the real studio, in light and dark.
//   node scripts/screenshots.mjs
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBrowser } from './test/find-browser.mjs';
import { startProduct } from './test/start-product.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { chromium } = createRequire(path.join(root, 'frontend/package.json'))('@playwright/test');
const DEMO = { email: 'demo.admin@local', password: 'demo-password' };

if (process.argv.includes('--help')) {
  console.log('node scripts/screenshots.mjs   takes the pictures of docs/images');
  process.exit(0);
}
const found = findBrowser(root);
if ('problem' in found) throw new Error(found.problem);
const home = mkdtempSync(path.join(tmpdir(), 'rehearse-pictures-'));
const product = await startProduct(root, { cwd: root, env: { ...process.env, REHEARSE_HOME: home } });
const browser = await chromium.launch({
  executablePath: found.path,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  const run = await makeRun();
  for (const scheme of ['light', 'dark']) await photograph(run, scheme);
} finally {
  await browser.close();
  await product.stop();
  rmSync(home, { recursive: true, force: true });
}

/** The refund agent's happy path; its page is the one to show. */
async function makeRun() {
  const api = `${product.url}/api/v1`;
  const json = { 'content-type': 'application/json' };
  const post = async (address, init) => {
    const answer = await fetch(`${api}${address}`, { method: 'POST', ...init });
    if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { accessToken } = await post('/auth/login', { headers: json, body: JSON.stringify(DEMO) });
  const authorization = `Bearer ${accessToken}`;
  const source = readFileSync(path.join(root, 'backend/cli/examples/refund-agent.yaml'));
  await post('/graphs/upload', {
    headers: { authorization, 'content-type': 'application/yaml' },
    body: source,
  });
  const body = JSON.stringify({ caseId: 'happy-path' });
  const { run } = await post('/runs/refund-agent/execute', { headers: { authorization, ...json }, body });
  return run.id;
}

async function photograph(run, scheme) {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 }, colorScheme: scheme });
  await page.goto(`${product.url}/sign-in`);
  await page.getByLabel(/e-?mail/i).fill(DEMO.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO.password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await page.goto(`${product.url}/runs/${run}`);
  await page
    .getByText(/passed/i)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Replay' }).click();
  await page
    .getByText(/identical/i)
    .first()
    .waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(500); // fonts and the last layout
  const name = `docs/images/run-page${scheme === 'dark' ? '-dark' : ''}.png`;
  await page.screenshot({ path: path.join(root, name) });
  console.log(name);
  await page.close();
}
