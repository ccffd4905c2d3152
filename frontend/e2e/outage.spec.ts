import { expect, test } from './measured.js';
import { open, Product } from './product.js';

test('a page that is opened while the server is silent says so in the studio, and comes when it is asked for again', async ({
  page,
  context,
}) => {
  await Product.signIn(page);
  await open(page, '/');
  await context.setOffline(true);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Simulations' }).click();
  await expect(page.getByRole('alert')).toContainText('The server does not answer');
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toContainText('The server does not answer');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Simulations' })).toBeVisible();
});

test('who signs out in one tab is signed out in the others', async ({ page, context }) => {
  await Product.signIn(page);
  await open(page, '/runs');
  const other = await context.newPage();
  await open(other, '/graphs');
  await page.getByTitle('Account').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(other).toHaveURL(/\/sign-in/);
});
