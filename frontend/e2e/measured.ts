// Playwright's `test`, which also keeps what Chromium measured when coverage is wanted (scripts/coverage.mjs puts it together).
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base } from '@playwright/test';

export { expect } from '@playwright/test';

export const test = base.extend<{ measured: void }>({
  measured: [
    async ({ page }, use, { testId, retry }) => {
      const folder = process.env['REHEARSE_COVERAGE'];
      if (!folder) return use();
      await page.coverage.startJSCoverage({ resetOnNavigation: false });
      await use();
      if (page.isClosed()) return undefined;
      const entries = await page.coverage.stopJSCoverage();
      const own = entries.filter(({ url }) => /\/assets\/[^/]+\.js$/.test(url));
      const name = createHash('sha1').update(`${testId} ${retry}`).digest('hex').slice(0, 16);
      mkdirSync(path.join(folder, 'browser'), { recursive: true });
      const kept = own.map(({ url, functions }) => ({ url, functions }));
      return writeFileSync(path.join(folder, 'browser', `${name}.json`), JSON.stringify(kept));
    },
    { auto: true },
  ],
});
