import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

test('filters of the runs are kept under a name, opened again, and given up', async ({ page }) => {
  await Product.signIn(page);
  const name = newName('failing');
  await page.goto('/runs/history?verdict=failed&graph=hasty-refund');
  await expect(page).toHaveURL('/runs?verdict=failed&graph=hasty-refund');
  await page.getByRole('button', { name: 'Views' }).click();
  await expect(page.getByText('graph hasty-refund, verdict failed')).toBeVisible();
  await page.getByLabel('Save what is shown as').fill(name);
  await page.getByLabel('Everybody of the tenant sees it').check();
  await page.getByRole('button', { name: 'Save the view' }).click();
  await expect(page.getByRole('button', { name, exact: true })).toBeVisible();

  await page.goto('/runs?status=running');
  await page.getByRole('button', { name: 'Views' }).click();
  const views = page.getByRole('list', { name: 'Views' });
  await expect(views.getByRole('listitem').filter({ hasText: name })).toContainText('shared');
  await page.getByLabel('Save what is shown as').fill(name);
  await page.getByRole('button', { name: 'Save the view' }).click();
  await expect(page.getByRole('alert')).toContainText('view/name-taken');
  await views.getByRole('link', { name: new RegExp(name) }).click();
  await expect(page).toHaveURL(/\/runs\?.*verdict=failed/);
  await expect(page.getByRole('combobox', { name: 'Verdict' })).toHaveValue('Failed');

  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('button', { name: `Delete the view ${name}` }).click();
  await expect(views.getByRole('link', { name: new RegExp(name) })).toHaveCount(0);
});
