import type { Page } from '@playwright/test';
import { deskGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

const STEPS = 10_000;

/** Lengthens the diff on its way to the browser, so that the page alone is tried. */
async function lengthen(page: Page): Promise<void> {
  const step = (index: number) => {
    const side = { key: `handle/turn[${index}]`, seq: index, attempt: 1, type: 'model', label: 'mock' };
    return { key: side.key, change: index % 2_500 === 0 ? 'changed' : 'same', a: side, b: side };
  };
  await page.route('**/api/v1/runs/*/diff/*?*contents=none*', async (route) => {
    const answer = await route.fetch();
    const diff = (await answer.json()) as object;
    const steps = Array.from({ length: STEPS }, (_, index) => step(index + 1));
    const firstDivergence = {
      key: 'handle/turn[2500]',
      kind: 'outcome_changed',
      seqA: 1,
      seqB: 1,
      a: 1,
      b: 2,
    };
    await route.fulfill({ json: { ...diff, steps, firstDivergence } });
  });
}

test('a diff of ten thousand steps scrolls, is searched and stays small in the page', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(deskGraph({ name: newName('long') }));
  const a = await product.execute(name, { caseId: 'order-1' });
  const b = await product.execute(name, { caseId: 'order-2' });
  await lengthen(page);
  await page.goto(`/diff/${a.id}...${b.id}`);
  await expect(page.getByText('10,000 steps', { exact: true })).toBeVisible();
  await expect(page.locator('#step-2499')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('#step-2499')).toBeInViewport();
  const list = page.getByRole('listbox', { name: 'Steps' });
  await list.focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('option', { selected: true })).toContainText('handle/turn[10000]');
  expect(await page.getByRole('option').count()).toBeLessThan(100);
  await page.keyboard.press('N');
  await expect(page.getByRole('option', { selected: true })).toContainText('handle/turn[7500]');
  await expect(page.locator('#step-7499')).toBeInViewport();
  await page.getByRole('button', { name: 'Jump to it' }).click();
  await expect(page.locator('#step-2499')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('#step-2499')).toBeInViewport();
  // Far below what drawing every step would take, and above what a busy machine needs.
  const { p95 } = await page.evaluate(scrollThrough);
  test.info().annotations.push({ type: 'slowest 5 % of frames, ms', description: p95.toFixed(1) });
  expect(p95).toBeLessThan(1_000);
  await page.getByText('Differences', { exact: true }).click();
  await expect(page.getByText('4 of 10,000')).toBeVisible();
  await page.getByLabel('Search the steps').fill('turn[5000]');
  await expect(page.getByText('1 of 10,000')).toBeVisible();
});

/** Scrolls the list from top to bottom over 60 frames and says how long the slower frames took. */
async function scrollThrough(): Promise<{ p95: number }> {
  const scroller = document.querySelector('[role=listbox]');
  if (!scroller) throw new Error('there is no list');
  const frames: number[] = [];
  let last = performance.now();
  for (let step = 0; step < 60; step++) {
    scroller.scrollTop = (scroller.scrollHeight / 60) * step;
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    frames.push(now - last);
    last = now;
  }
  frames.sort((a, b) => a - b);
  return { p95: frames[Math.floor(frames.length * 0.95)] ?? Infinity };
}
