import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MeAnswer } from '@rehearse/contracts';
import { codeOf, startTestApp, type TestApp } from './harness.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('signing in', () => {
  it('tells who somebody is', async () => {
    const me = await app.one.operator.get<MeAnswer>('/api/v1/auth/me');
    expect(me.body).toMatchObject({ user: { email: app.one.emails.operator }, role: 'Operator' });
    expect(codeOf(await app.anonymous.get('/api/v1/auth/me'))).toBe('access/unauthenticated');
  });
});
