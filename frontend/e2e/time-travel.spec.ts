import type { Page } from '@playwright/test';
import { failingGraph, slowGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

async function openRun(page: Page, tab: string) {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('travelled'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}?tab=${tab}`);
  return {
    product,
    run,
    track: page.getByRole('region', { name: 'Timeline' }).locator('[aria-hidden=true]').first(),
  };
}

test('the panes of a run show it as it was where the scrubber stands, by keyboard alone', async ({
  page,
}) => {
  const { run } = await openRun(page, 'steps');
  const scrubber = page.getByRole('slider', { name: 'Place in the journal' });
  await expect(scrubber).toHaveAttribute(
    'aria-valuetext',
    new RegExp(`^seq ${run.lastSeq} of ${run.lastSeq}:`),
  );
  await scrubber.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/tab=steps&seq=3/);
  await expect(page.getByText(`As the run was after seq 3 of ${run.lastSeq}.`)).toBeVisible();
  await expect(page.locator('summary').filter({ hasText: 'handle' })).toContainText('Running');
  await page.getByRole('link', { name: 'Graph', exact: true }).click();
  await expect(page).toHaveURL(/seq=3/);
  await page.reload();
  await expect(page.getByText(`As the run was after seq 3 of ${run.lastSeq}.`)).toBeVisible();
  await page.getByRole('link', { name: /^Steps/ }).click();
  await page.getByRole('button', { name: 'Back to the end' }).click();
  await expect(page).not.toHaveURL(/seq=/);
  await expect(page.locator('summary').filter({ hasText: 'handle' })).toContainText('Finished');
});

test('the tabs count what had failed at the place where the reader stands', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(failingGraph(newName('counted')));
  const run = await product.execute(name, { caseId: 'only' });
  await page.goto(`/runs/${run.id}?tab=overview`);
  const tabs = page.getByRole('navigation', { name: 'Run' });
  await expect(tabs.getByRole('link', { name: /^Assertions/ })).toHaveText('Assertions1 failed');
  await expect(tabs.getByRole('link', { name: /^Contracts/ })).toHaveText('Contracts1 failed');
  await page.goto(`/runs/${run.id}?tab=overview&seq=3`);
  await expect(page.getByText('As the run was after seq 3')).toBeVisible();
  await expect(tabs.getByRole('link', { name: /^Assertions/ })).toHaveText('Assertions');
  await expect(tabs.getByRole('link', { name: /^Contracts/ })).toHaveText('Contracts');
  await page.getByRole('button', { name: 'Back to the end' }).click();
  await expect(tabs.getByRole('link', { name: /^Assertions/ })).toHaveText('Assertions1 failed');
});

test('the log stands at the line of the scrubber', async ({ page }) => {
  const { run } = await openRun(page, 'log');
  await expect(page.locator('#seq-1')).toBeVisible();
  const scrubber = page.getByRole('slider', { name: 'Place in the journal' });
  await scrubber.fill(String(run.lastSeq - 1));
  await expect(page.locator(`#seq-${run.lastSeq - 1}`)).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator(`#seq-${run.lastSeq - 1}`)).toBeInViewport();
  await scrubber.fill('1');
  await expect(page.locator('#seq-1')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('#seq-1')).toBeInViewport();
});

test('a place of the timeline shows the state at that point while the pointer is over it', async ({
  page,
}) => {
  const { run, track } = await openRun(page, 'overview');
  await expect(track).toBeVisible();
  const box = (await track.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 6);
  const moment = page.getByTestId('moment');
  await expect(moment).toContainText(/After seq \d+/);
  await expect(moment.locator('li').filter({ hasText: 'handle' })).toContainText('Running');
  await page.mouse.move(box.x + box.width - 1, box.y + 6);
  await expect(moment).toContainText(`After seq ${run.lastSeq}`);
  await expect(moment.locator('li').filter({ hasText: 'handle' })).toContainText('Finished');
  await page.mouse.move(5, 5);
  await expect(moment).toBeHidden();
});

test('a stretch that is dragged over the timeline filters every pane', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(failingGraph(newName('brushed')));
  const run = await product.execute(name, { caseId: 'only' });
  await page.goto(`/runs/${run.id}?tab=log`);
  await expect(page.getByText(`${run.lastSeq} events`)).toBeVisible();
  const track = page.getByRole('region', { name: 'Timeline' }).locator('[aria-hidden=true]').first();
  const box = (await track.boundingBox())!;
  await page.mouse.move(box.x + 1, box.y + 6);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, box.y + 6, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/range=1-\d+/);
  const [, to] = /range=1-(\d+)/.exec(page.url()) ?? [];
  await expect(page.getByText(`${to} of ${run.lastSeq}`, { exact: true })).toBeVisible();
  await expect(page.getByLabel('Last seq that is shown')).toHaveValue(to ?? '');
  await page.getByRole('link', { name: /^Assertions/ }).click();
  await expect(page.getByText('No assertion in this stretch of the journal')).toBeVisible();
  await page.getByRole('link', { name: /^Steps/ }).click();
  await expect(page.locator('summary').filter({ hasText: 'handle' })).toBeVisible();

  // The same without dragging.
  await page.getByLabel('First seq that is shown').fill(String(run.lastSeq - 1));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`range=${run.lastSeq - 1}-${run.lastSeq - 1}`));
  await page.getByLabel('Last seq that is shown').fill(String(run.lastSeq));
  await page.keyboard.press('Tab');
  await expect(page.getByText('No step in this stretch of the journal')).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).last().click();
  await expect(page).not.toHaveURL(/range=/);
  await expect(page.locator('summary').filter({ hasText: 'handle' })).toBeVisible();
});
