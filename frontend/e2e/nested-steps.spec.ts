import { nestedGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

test('nested steps stand under what holds them, and open one by one', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(nestedGraph(newName('nested')));
  const items = Array.from({ length: 30 }, (_, index) => `apple ${index + 1}`);
  const run = await product.execute(name, { vars: { items } });
  await page.goto(`/runs/${run.id}?tab=steps`);
  const steps = page.locator('details');
  await expect(steps).toHaveCount(2);
  await expect(steps.first()).toContainText('30 items');
  await expect(steps.last()).toContainText('2 iterations');
  await steps.first().locator('summary').first().click();
  const inside = page.getByRole('region', { name: 'Inside of each' });
  await expect(inside.locator('details')).toHaveCount(20);
  await inside.getByRole('button', { name: 'Show all 30' }).click();
  await expect(inside.locator('details')).toHaveCount(30);
  await inside.getByText('Item 25', { exact: true }).click();
  await expect(page).toHaveURL(/node=each/);
  await inside.locator('summary').filter({ hasText: 'look' }).click();
  await expect(inside.getByText('seen apple 25').last()).toBeVisible();
  await page.reload();
  await expect(inside.getByText('seen apple 25').last()).toBeVisible();
  await page.getByRole('link', { name: 'Log of this step' }).last().click();
  await expect(page.getByRole('row')).toHaveCount(4);
  await expect(page.getByRole('row').first()).toContainText('llm · item 25');
});

test('nested steps of a loop keep their conversations apart', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(nestedGraph(newName('looped')));
  const run = await product.execute(name, { vars: { items: [] } });
  await page.goto(`/runs/${run.id}?tab=steps&node=${encodeURIComponent('polish/iter[2]/write')}`);
  const inside = page.getByRole('region', { name: 'Inside of polish' });
  await expect(inside.getByText('Write it again')).toBeVisible();
  await expect(inside.getByText('Write it once')).toHaveCount(0);
  await page.getByRole('link', { name: 'Graph', exact: true }).click();
  await expect(page.getByText('loop · 2 iterations')).toBeVisible();
});
