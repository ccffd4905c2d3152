import type { Page } from '@playwright/test';
import { deskGraph, failingGraph } from './graphs.js';
import { expect, test } from './measured.js';
import { newName, Product } from './product.js';

interface Event {
  seq: number;
  key: string;
  type: string;
}

async function ranDesk(page: Page) {
  const product = await Product.signIn(page);
  const name = newName('forked');
  await product.upload(deskGraph({ name }));
  const run = await product.execute(name, { caseId: 'order-1' });
  const { items } = await product.get<{ items: Event[] }>(`/runs/${run.id}/events?limit=1000`);
  const seqOf = (key: string, type: string) =>
    items.find((event) => event.key === key && event.type === type)!.seq;
  return { product, name, run, seqOf };
}

test('a run is forked from a line of its log with an edited answer, and stands in the tree', async ({
  page,
}) => {
  const { run, seqOf } = await ranDesk(page);
  const at = seqOf('handle/turn[2]', 'model.responded');
  await page.goto(`/runs/${run.id}?tab=log&seq=${at}`);
  await page.locator(`#seq-${at}`).getByRole('link', { name: 'Fork from here' }).click();
  await expect(page).toHaveURL(new RegExp(`replay=fork&at=${at}`));
  const dialog = page.getByRole('dialog', { name: `Fork from seq ${at}` });
  await expect(dialog).toContainText('Replayrecorded, no calls');
  await expect(dialog).toContainText('Re-runlive');
  await expect(dialog).toContainText(`Forkfrom seq ${at}, edited`);
  await expect(dialog).toContainText(`${at} events are taken over without a call.`);
  await expect(dialog.getByLabel('Answer', { exact: true })).toHaveValue(/Your refund for W1/);
  await dialog.getByLabel('Answer', { exact: true }).fill('I cannot do that.');
  await dialog.getByRole('button', { name: 'Start the edited fork' }).click();

  await expect(page).not.toHaveURL(new RegExp(run.id));
  await expect(dialog).toBeHidden();
  const banner = page.getByRole('region', { name: 'Fork', exact: true });
  await expect(banner).toContainText(`Fork of ${run.id.slice(-8)} from seq ${at}`);
  await expect(banner).toContainText('3 answers from the tape, 0 had anew, for $0');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Failed');
  const fork = page.url().split('/runs/')[1]!.slice(0, 36);

  await page.getByRole('link', { name: 'Forks' }).click();
  const tree = page.getByRole('list', { name: 'Tree of forks' }).getByRole('listitem');
  await expect(tree).toHaveCount(2);
  await expect(tree.nth(0)).toContainText('the run that all others come from');
  await expect(tree.nth(1)).toContainText(`from seq ${at}, edited`);
  await expect(tree.nth(1)).toContainText(`seq ${at} answers I cannot do that.`);
  await expect(tree.nth(1)).toHaveAttribute('aria-current', 'true');
  await tree.nth(1).getByRole('link', { name: 'Diff with its parent' }).click();
  await expect(page).toHaveURL(`/diff/${run.id}...${fork}`);
  await expect(page.getByText('The runs differ')).toBeVisible();
});

test('a fork says what is wrong with an edit, and edits calls and results as JSON', async ({ page }) => {
  const { run, seqOf } = await ranDesk(page);
  const at = seqOf('handle/turn[1]/tool#0', 'tool.returned');
  await page.goto(`/runs/${run.id}?tab=steps&node=handle`);
  await page.getByRole('link', { name: 'Fork from here' }).click();
  await expect(page).toHaveURL(new RegExp(`at=${seqOf('handle/turn[2]', 'model.responded')}`));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('From seq').fill(String(at));
  await page.keyboard.press('Tab');
  await expect(page).toHaveURL(new RegExp(`at=${at}`));
  const answer = dialog.getByLabel('Answer', { exact: true });
  await expect(answer).toHaveValue(/"status": "delivered"/);
  await answer.fill('{"status": ');
  await expect(dialog).toContainText('Must be JSON');
  await expect(dialog.getByRole('button', { name: /Start the/ })).toBeDisabled();
  await answer.fill('{"status": "lost"}');
  await dialog.getByLabel('Other vars for the whole run').check();
  await dialog.getByLabel('Vars', { exact: true }).fill('[]');
  await expect(dialog).toContainText('Must be an object');
  await dialog.getByLabel('Vars', { exact: true }).fill('{"order_id": "W1"}');
  await dialog.getByRole('button', { name: 'Start the edited fork' }).click();
  await expect(page.getByRole('region', { name: 'Fork', exact: true })).toContainText(
    '2 answers from the tape, 1 had anew',
  );
  await page.getByRole('link', { name: 'Forks' }).click();
  await expect(page.getByText(`seq ${at} returns status: lost`)).toBeVisible();
});

test('at a request the dialog leads to its answer', async ({ page }) => {
  const { run, seqOf } = await ranDesk(page);
  const at = seqOf('handle/turn[2]', 'model.requested');
  await page.goto(`/runs/${run.id}?tab=overview&replay=fork&at=${at}`);
  await page.getByRole('button', { name: /Edit its answer at seq/ }).click();
  await expect(page).toHaveURL(new RegExp(`at=${seqOf('handle/turn[2]', 'model.responded')}`));
  await expect(page.getByLabel('Answer', { exact: true })).toHaveValue(/Your refund/);
});

test('a fault is put on one call of the tape, and what comes of it is a run', async ({ page }) => {
  const { run, seqOf } = await ranDesk(page);
  const at = seqOf('handle/turn[1]/tool#0', 'tool.called');
  await page.goto(`/runs/${run.id}?tab=log&seq=${at}`);
  await page.getByRole('button', { name: 'Fork, chaos and more' }).click();
  await page.getByRole('menuitem', { name: /^Chaos/ }).click();
  await expect(page).toHaveURL(new RegExp(`replay=chaos&at=${at}`));
  const dialog = page.getByRole('dialog', { name: 'Chaos on a recorded call' });
  await expect(dialog.getByRole('combobox', { name: 'Call' })).toHaveValue(new RegExp(`^seq ${at} `));
  await dialog.getByLabel('Status').fill('200');
  await dialog.getByRole('button', { name: 'Start under this fault' }).click();
  await expect(dialog).toContainText('A status from 400 to 599');
  await dialog.getByLabel('Status').fill('503');
  await dialog.getByRole('button', { name: 'Start under this fault' }).click();
  await expect(page.getByRole('region', { name: 'Fork', exact: true })).toContainText('from the tape');
  await page.getByRole('link', { name: 'Forks' }).click();
  await expect(page.getByRole('list', { name: 'Tree of forks' })).toContainText(
    'error on tool:lookup_order, at handle/turn[1]/tool#0',
  );
});

test('a regrade judges what was recorded by other checks, and says where answers came from', async ({
  page,
}) => {
  const product = await Product.signIn(page);
  const { name } = await product.upload(failingGraph(newName('regraded')));
  const run = await product.execute(name, { caseId: 'only' });
  await page.goto(`/runs/${run.id}?tab=overview&replay=regrade`);
  const dialog = page.getByRole('dialog', { name: 'Regrade' });
  await dialog.getByLabel('Assertions, as JSON').fill('{}');
  await dialog.getByRole('button', { name: 'Regrade' }).click();
  await expect(dialog).toContainText('Must be a list');
  await dialog.getByLabel('Assertions, as JSON').fill('[{"type": "no-such-check"}]');
  await dialog.getByRole('button', { name: 'Regrade' }).click();
  await expect(dialog.getByRole('alert')).toContainText('assert.0.type is not an assertion type');
  await dialog.getByLabel('Assertions, as JSON').fill('[{"type": "contains", "value": "Done"}]');
  await dialog.getByLabel('Contracts, as JSON').fill('[]');
  await dialog.getByRole('button', { name: 'Regrade' }).click();
  const report = page.getByRole('region', { name: 'Replay' });
  await expect(report).toContainText('Regrade: another verdict');
  await expect(report).toContainText('Passed by these checks, Failed when it was recorded');
  await expect(report).toContainText('Answers from the tape5');
  await expect(report).toContainText('Had anew0');
  await expect(dialog).toBeHidden();
});

test('another version is compared with the tape, request by request', async ({ page }) => {
  const { product, name, run } = await ranDesk(page);
  await page.goto(`/runs/${run.id}?tab=overview&replay=compare`);
  await expect(page.getByText('the graph has no other version')).toBeVisible();
  await product.upload(deskGraph({ name, more: ', currency: EUR' }));
  await page.reload();
  const dialog = page.getByRole('dialog', { name: 'Compare with another version' });
  await expect(dialog.getByRole('combobox')).toHaveValue('v2');
  await dialog.getByRole('button', { name: 'Compare' }).click();
  const report = page.getByRole('region', { name: 'Replay' });
  await expect(report).toContainText(/The version (changes|asks)/);
  await expect(report).toContainText('Had anew0');
});
