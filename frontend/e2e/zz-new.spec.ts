import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './measured.js';
import { open, Product } from './product.js';

// All pages, one after the other, on however slow a machine: this only ends what hangs.
test.describe.configure({ timeout: 1_200_000 });

interface Item {
  id: string;
  verdict: string;
}
const PAGES = [
  '/',
  '/runs',
  '/graphs',
  '/graphs/new',
  '/graphs/new?from=spec',
  '/graphs/new?from=run',
  '/experiments',
  '/simulations',
  '/simulations/new',
  '/settings/keys',
  '/diff',
  '/nowhere',
];
const TABS = [
  ...(['overview', 'log', 'steps', 'assertions', 'contracts', 'compliance', 'graph', 'forks'] as const),
];

async function addresses(product: Product): Promise<string[]> {
  const { items: runs } = await product.get<{ items: Item[] }>('/runs?graph=hasty-refund&verdict=failed');
  const { items: others } = await product.get<{ items: Item[] }>('/runs?graph=refund-agent');
  const { items: experiments } = await product.get<{ items: Item[] }>('/experiments');
  const forked = await product.get<{ items: { run: { id: string } }[] }>(`/runs/${others[0]?.id}/forks`);
  void forked;
  return [
    '/runs', '/simulations', '/simulations/new',
    ...['log&seq=3', 'steps', 'assertions', 'compliance', 'forks'].map((tab) => `/runs/${runs[0]?.id}?tab=${tab}`),
    ...['fork', 'chaos', 'regrade', 'compare'].map((mode) => `/runs/${runs[0]?.id}?tab=log&replay=${mode}`),
    `/experiments/${experiments[0]?.id}`,
    `/experiments/${experiments[0]?.id}?against=nowhere`,
  ];
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`no page has a fault that axe finds, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, '/sign-in');
    expect(await faults()).toEqual([]);
    const product = await Product.signIn(page);
    for (const address of await addresses(product)) {
      await open(page, address);
      expect.soft({ address, faults: await faults() }).toEqual({ address, faults: [] });
    }

    async function faults(): Promise<string[]> {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
      );
    }
  });

test('no page is wider than a screen of 320 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  const product = await Product.signIn(page);
  for (const address of await addresses(product)) {
    await open(page, address);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft({ address, beyond }).toEqual({ address, beyond: 0 });
  }
});

test('no page breaks the content security policy or reports an error', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 40'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const product = await Product.signIn(page);
  for (const address of await addresses(product)) {
    await open(page, address);
  }
  expect(complaints).toEqual([]);
});

