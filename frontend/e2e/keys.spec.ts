import { slowGraph, failingGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, open, Product } from './product.js';

test('the keys of a run lead from failure to failure and step to step, and ? lists them', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(failingGraph(newName('hasty')));
  const run = await product.execute(name, { caseId: 'only' });
  await open(page, `/runs/${run.id}?tab=overview`);
  await page.keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Keys of this page' });
  await expect(list).toContainText('Next failure');
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await page.keyboard.press('e');
  await expect(page).toHaveURL(/tab=log&seq=\d+/);
  await page.keyboard.press(']');
  await expect(page).toHaveURL(/tab=steps.*node=handle/);
  await page.keyboard.press('Control+k');
  const box = page.getByRole('dialog', { name: 'Go to' }).getByLabel('A page, a graph or a run');
  await box.fill(name);
  await page.getByRole('option', { name, exact: true }).click();
  await expect(page).toHaveURL(`/graphs/${name}`);
});

test('a dialog hands the focus back to what opened it', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('focus'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  await open(page, `/graphs/${name}`);
  const start = page.getByRole('button', { name: 'Run', exact: true });
  await start.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(start).toBeFocused();
  await open(page, `/runs/${run.id}`);
  const menu = page.getByRole('button', { name: 'Fork, chaos and more' });
  await menu.press('Enter');
  await page.getByRole('menuitem', { name: /Regrade/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();
});

test('the tab that is open is in sight on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('narrow'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  await open(page, `/runs/${run.id}?tab=compliance`);
  await expect(page.getByRole('link', { name: 'Compliance' })).toBeInViewport({ ratio: 1 });
});
