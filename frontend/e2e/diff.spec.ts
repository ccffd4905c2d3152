import { deskGraph, slowGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

/** A run that passes, and one of a later version whose answer and whose call are others. */
async function twoRuns(product: Product) {
  const name = newName('desk');
  await product.upload(deskGraph({ name }));
  const a = await product.execute(name, { caseId: 'order-1' });
  const answer = 'The money for {{ inputs.order_id }} was sent back, within five days.';
  await product.upload(deskGraph({ name, answer, more: ', currency: EUR' }));
  const b = await product.execute(name, { caseId: 'order-1' });
  expect([a.verdict, b.verdict]).toEqual(['passed', 'failed']);
  return { name, a, b };
}

test('a failed run is compared with the last that passed, without choosing anything', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name, a, b } = await twoRuns(product);
  await product.execute(name, { caseId: 'order-2' });
  await page.goto(`/runs/${b.id}?tab=overview`);
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page.getByRole('heading', { name: 'Choose a baseline' })).toBeVisible();
  const baselines = page.getByRole('radiogroup', { name: 'Baseline' }).getByRole('radio');
  await expect(baselines).toHaveCount(1);
  await expect(baselines).toBeChecked();
  await expect(page.getByText('Last passing run of this case')).toBeVisible();
  await page.getByText('Same graph').click();
  await expect(baselines).toHaveCount(2);
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect(page).toHaveURL(`/diff/${a.id}...${b.id}`);
  await expect(page.getByText('The runs differ')).toBeVisible();
});

test('a diff opens at the first divergence and tells words, arguments, checks and masks', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { a, b } = await twoRuns(product);
  await page.goto(`/diff/${a.id}...${b.id}`);
  const summary = page.getByRole('region', { name: 'What differs' });
  await expect(summary).toContainText('1 newly failing');
  await expect(summary).toContainText('First divergence at handle/turn[1]: what came back differs');
  await expect(page.getByText('Other versions of the graph')).toBeVisible();
  await expect(page.getByRole('option', { selected: true })).toContainText('handle/turn[1]');
  await expect(page.getByRole('row', { name: /currency/ })).toContainText('"EUR"');

  const checks = page.getByRole('list', { name: 'Assertions and contracts of both runs' });
  await expect(checks.getByRole('listitem')).toHaveCount(1);
  await expect(checks).toContainText('Newly failing');
  await page.getByRole('button', { name: 'All 2' }).click();
  await expect(checks.getByRole('listitem')).toHaveCount(2);

  await page.getByRole('option').filter({ hasText: 'handle/turn[2]' }).click();
  await expect(page).toHaveURL(/node=handle/);
  const text = page.getByRole('region', { name: 'answer › content, word by word' });
  await expect(text.locator('del').filter({ hasText: 'three' })).toBeVisible();
  await expect(text.locator('ins').filter({ hasText: 'five' })).toBeVisible();
  await page.getByText('Both sides as they are').click();
  await expect(page.getByRole('region', { name: 'A', exact: true })).toContainText('within three days');
  await expect(page.getByRole('region', { name: 'B', exact: true })).toContainText('within five days');

  const masked = page.getByText(/places? masked on both sides/);
  await expect(masked).toBeVisible();
  await page.getByLabel(/Mask ids/).uncheck();
  await expect(page).toHaveURL(/ignore=times/);
  await expect(masked).toBeHidden();
  await page.reload();
  await expect(page.getByLabel(/Mask ids/)).not.toBeChecked();
});

test('differences are gone through by keyboard alone, and the list shows them alone', async ({ page }) => {
  const product = await Product.signIn(page);
  const { a, b } = await twoRuns(product);
  await page.goto(`/diff/${a.id}...${b.id}`);
  const selected = page.getByRole('option', { selected: true });
  await expect(selected).toContainText('handle/turn[1]');
  const seen: string[] = [];
  for (const key of ['n', 'n', 'N']) {
    const before = await selected.getAttribute('id');
    await page.keyboard.press(key);
    await expect(selected).not.toHaveAttribute('id', before ?? '');
    seen.push((await selected.textContent()) ?? '');
  }
  expect(seen.every((row) => row.startsWith('Changed'))).toBe(true);
  expect(seen[2]).toBe(seen[0]);
  await page.getByRole('listbox', { name: 'Steps' }).focus();
  await page.keyboard.press('Home');
  await expect(selected).toContainText('run start');
  await page.getByText('Differences', { exact: true }).click();
  await expect(page).toHaveURL(/only=changed/);
  await expect(page.getByRole('option').filter({ hasText: 'Same' })).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.type('nothing like it');
  await expect(page.getByText('No step fits')).toBeVisible();
});

test('two runs of the same are identical, and swapped they still are', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(deskGraph({ name: newName('twin') }));
  const [a, b] = [
    await product.execute(name, { caseId: 'order-1' }),
    await product.execute(name, { caseId: 'order-1' }),
  ];
  await page.goto(`/diff/${a.id}...${b.id}`);
  await expect(page.getByText('Identical')).toBeVisible();
  await expect(page.getByText('No check flips')).toBeVisible();
  await expect(page.getByText('Nothing differs')).toBeVisible();
  await page.getByRole('link', { name: 'Swap' }).click();
  await expect(page).toHaveURL(`/diff/${b.id}...${a.id}`);
  await expect(page.getByText('Identical')).toBeVisible();
});

test('a run that goes on is compared as far as it is, and to its end', async ({ page }) => {
  const product = await Product.signIn(page);
  const name = newName('growing');
  await product.upload(slowGraph({ name, turnMs: 1 }));
  const a = await product.execute(name, { caseId: 'order-1' });
  await product.upload(slowGraph({ name, turnMs: 6_000 }));
  const b = await product.start(name, { caseId: 'order-1' });
  await page.goto(`/diff/${a.id}...${b.id}`);
  await expect(page.getByText(/goes on: compared up to seq \d+/)).toBeVisible();
  await expect(page.getByRole('option').filter({ hasText: 'Removed' }).first()).toBeVisible();
  await expect(page.getByText('Identical')).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/goes on/)).toBeHidden();
});

test('an address that names no two runs, or none of ours, says so', async ({ page }) => {
  await Product.signIn(page);
  await page.goto('/diff/one');
  await expect(page.getByText('This address names no two runs')).toBeVisible();
  const absent = '0190c7a8-0000-7000-8000-000000000001';
  await page.goto(`/diff/${absent}...${absent}`);
  await expect(page.getByText('There is no such run')).toBeVisible();
  await page.goto('/diff');
  await expect(page.getByText('Which run is to be compared?')).toBeVisible();
});

test('up to four runs are compared with one baseline, what got worse first', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name, a, b } = await twoRuns(product);
  const good = await product.execute(`${name}@1`, { caseId: 'order-1' });
  await page.goto(`/diff/${a.id}...${good.id}`);
  await expect(page.getByText('Identical')).toBeVisible();
  await page.getByRole('combobox', { name: 'Compare one more run' }).click();
  await page.getByRole('option', { name: new RegExp(b.id.slice(-8)) }).click();
  await expect(page).toHaveURL(`/diff/${a.id}...${good.id}?with=${b.id}`);
  const rows = page.getByRole('table', { name: 'Runs against the baseline' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText(b.id.slice(-8));
  await expect(rows.nth(2)).toContainText('shown below');
  // The row of a step says how it turned out in both.
  const row = page.getByRole('option').filter({ hasText: 'handle/turn[2]' });
  await expect(row).toContainText('Same');
  await expect(row).toContainText('Changed');
  await rows
    .nth(1)
    .getByRole('link', { name: b.id.slice(-8), exact: true })
    .click();
  await expect(page).toHaveURL(`/diff/${a.id}...${b.id}?with=${good.id}`);
  await expect(page.getByText('The runs differ')).toBeVisible();
  await page.getByRole('link', { name: `Remove ${good.id.slice(-8)}` }).click();
  await expect(page).toHaveURL(`/diff/${a.id}...${b.id}`);
  await expect(rows).toHaveCount(0);
});
