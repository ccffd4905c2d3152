import { failingGraph, slowGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product, shownSeqs } from './product.js';

test('a failed run opens at its first failure and leads to the event that broke it', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(failingGraph(newName('eager')));
  const run = await product.execute(name, { caseId: 'only' });
  expect(run.verdict).toBe('failed');
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByRole('link', { name: /^Contracts/ })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByText('verify-first')).toBeVisible();
  await page.getByRole('link', { name: /Broken at seq/ }).click();
  await expect(page).toHaveURL(/tab=log&seq=\d+/);
  const line = page.locator('[role=row][aria-selected=true]');
  await expect(line).toContainText('tool.called');
  await expect(line).toContainText('issue_refund');
});

test('a contract says what it demands, broken or held, and leads to its line of the graph', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const demand =
    'Before any event that fulfils tool == "issue_refund" comes one that fulfils tool == "lookup_order".';
  const { name } = await product.upload(slowGraph({ name: newName('held'), turnMs: 1 }));
  for (const graph of [name, (await product.upload(failingGraph(newName('eager')))).name]) {
    const [caseId, verdict] = graph === name ? ['order-1', 'passed'] : ['only', 'failed'];
    const run = await product.execute(graph, { caseId });
    await page.goto(`/runs/${run.id}?tab=contracts`);
    const contract = page.locator(`details[data-verdict=${verdict}]`);
    await expect(contract).toContainText(demand);
    if (verdict === 'passed') await contract.locator('summary').click();
    await contract.getByRole('link', { name: /^line \d+ of / }).click();
    await expect(page).toHaveURL(/\/graphs\/.*line=\d+/);
    await expect(page.locator('.cm-nodeLine')).toContainText('verify-first');
  }
  await page.goto(`/graphs/${name}?tab=contracts`);
  await expect(page.getByRole('row', { name: /verify-first/ })).toContainText(demand);
});

test('an assertion shows what was expected and what came', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(failingGraph(newName('eager')));
  const run = await product.execute(name, { caseId: 'only' });
  await page.goto(`/runs/${run.id}?tab=assertions`);
  const failed = page.locator('details[data-verdict=failed]');
  await expect(failed.getByLabel('Expected', { exact: true })).toContainText('refunded');
  await expect(failed.getByLabel('Actual', { exact: true })).toContainText('Done.');
});

test('a line of the log has an address of its own', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('linked'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}#seq-5`);
  const line = page.locator('#seq-5');
  await expect(line).toHaveAttribute('aria-selected', 'true');
  await expect(line).toHaveAttribute('aria-expanded', 'true');
  await expect(line.getByRole('region', { name: 'Payload of event 5' })).toBeVisible();
});

test('the filters of the log live in the address', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('filtered'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}?tab=log&type=tool&q=issue_refund`);
  await expect(page.getByText(/^2 of \d+$/)).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByLabel('Search the log').fill('lookup_order');
  await expect(page).toHaveURL(/q=lookup_order/);
  await expect(page.getByRole('row').first()).toContainText('lookup_order');
  await page.reload();
  await expect(page.getByLabel('Search the log')).toHaveValue('lookup_order');
  await page.getByLabel('Search the log').fill('no such words');
  await expect(page.getByText('No event fits these filters')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page).not.toHaveURL(/type=|q=/);
});

test('the log is read by keyboard alone', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('keyed'), turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}?tab=log`);
  const log = page.getByRole('treegrid', { name: 'Events of the journal' });
  await expect(log.getByRole('row').first()).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search the log')).toBeFocused();
  await log.focus();
  for (const key of ['j', 'j', 'ArrowDown', 'k']) await page.keyboard.press(key);
  await expect(page.locator('#seq-2')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.locator('#seq-2').getByRole('region', { name: 'Payload of event 2' })).toBeVisible();
  await page.keyboard.press('End');
  await expect(page.locator(`#seq-${run.lastSeq}`)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Home');
  await expect(log).toHaveAttribute('aria-activedescendant', 'seq-1');
});

test('a reader who scrolls up is told what arrives below, and resumes', async ({ page }) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('paused'), turnMs: 8_000 }));
  const run = await product.start(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}?follow=0`);
  const pill = page.getByRole('button', { name: /Paused/ });
  await expect(pill).toContainText(/\d+ new/);
  await pill.click();
  await expect(page).toHaveURL(/follow=1/);
  await expect(page.getByRole('row').filter({ hasText: 'run.finished' })).toBeVisible();
  await expect(pill).toBeHidden();
});

test('a viewer who loses the line in the middle of a run ends with every event once', async ({
  page,
  context,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(slowGraph({ name: newName('offline'), turnMs: 12_000 }));
  const run = await product.start(name, { caseId: 'order-1' });
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByTestId('connection')).toHaveText('Live');
  await expect(page.getByRole('row').filter({ hasText: 'model.requested' }).first()).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByTestId('connection')).toContainText('Offline since', { timeout: 90_000 });
  await context.setOffline(false);
  await expect(page.getByTestId('connection')).toHaveText('Ended', { timeout: 120_000 });
  const seqs = await shownSeqs(page);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  await expect(page.getByRole('row').filter({ hasText: 'run.finished' })).toBeVisible();
});

test('a run that goes on tells its nodes, and from three earlier runs on how long it may take', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const name = newName('estimated');
  // So long that each is looked at while it goes on, on however slow a machine; the three go on at once.
  await product.upload(slowGraph({ name, turnMs: 15_000 }));
  const first = await product.start(name, { caseId: 'order-1' });
  for (let more = 0; more < 2; more++) await product.start(name, { caseId: 'order-1' });
  await page.goto(`/runs/${first.id}`);
  await expect(page.getByTestId('progress')).toHaveText('0 of 1 nodes');
  const ended = async () => {
    const { items } = await product.get<{ items: { status: string }[] }>(`/runs?graph=${name}`);
    return items.filter(({ status }) => status === 'finished').length;
  };
  await expect.poll(ended, { timeout: 300_000 }).toBe(3);
  await expect(page.getByTestId('progress')).toBeHidden();
  const last = await product.start(name, { caseId: 'order-1' });
  await page.goto(`/runs/${last.id}`);
  await expect(page.getByTestId('progress')).toContainText(/left|longer than most/);
  await expect(page.getByTestId('progress')).toHaveAttribute('title', /Of 3 earlier runs/);
});

test('a replay that differs shows both sides and where it began', async ({ page }) => {
  const product = await Product.signIn(page);
  const name = newName('diverging');
  await product.upload(slowGraph({ name, turnMs: 1 }));
  const run = await product.execute(name, { caseId: 'order-1' });
  // The same journal, said to be of a graph with another prompt.
  const changed = slowGraph({ name, turnMs: 1, prompt: 'Please refund' });
  const { digest } = await product.upload(changed);
  const [head = '', ...lines] = (await product.cassette(run.id)).trim().split('\n');
  const header = JSON.parse(head) as { runId: string; graph: object };
  Object.assign(header, { graph: { name, digest, source: changed } });
  await product.importCassette([JSON.stringify(header), ...lines, ''].join('\n'));
  const { items } = await product.get<{ items: { id: string }[] }>(`/runs?graph=${name}@2`);
  await page.goto(`/runs/${items[0]?.id}`);
  await page.getByRole('button', { name: 'Replay' }).click();
  const replay = page.getByRole('region', { name: 'Replay' });
  await expect(replay).toContainText('diverged');
  await expect(replay).toContainText('input_changed');
  await expect(replay.getByLabel('Expected', { exact: true })).toContainText('Refund W1');
  await expect(replay.getByLabel('Actual', { exact: true })).toContainText('Please refund W1');
});
