import { describe, it, expect } from '@jest/globals';
import { causes, isConnectionFailure, unavailable } from './connection-failure.js';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('a connection failure', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300', 'P1001', 'P2024'])(
    'is told by %s',
    (code) => {
      expect(isConnectionFailure(withCode(code))).toBe(true);
    },
  );

  it('is told by the driver’s words, and through what wraps it', () => {
    const inner = new Error('Connection terminated unexpectedly');
    expect(
      isConnectionFailure(
        Object.assign(new Error('raw query failed'), {
          code: 'P2010',
          meta: { driverAdapterError: { cause: inner } },
        }),
      ),
    ).toBe(true);
    expect(isConnectionFailure(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true);
  });

  it.each(['23505', '42P01', 'P2002', '40001'])('is not %s', (code) => {
    expect(isConnectionFailure(withCode(code))).toBe(false);
    expect(isConnectionFailure(new Error('no such thing'))).toBe(false);
  });

  it('and a refused login are two things', () => {
    expect(unavailable(withCode('28P01', 'password authentication failed'))).toMatchObject({
      code: 'database/access-denied',
    });
    const two = new AggregateError([withCode('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432')]);
    expect(unavailable(two)).toMatchObject({
      code: 'database/unavailable',
      message: 'The database does not answer: connect ECONNREFUSED ::1:5432.',
    });
  });

  it('whose causes go in a circle is still looked through', () => {
    const error: Error & { cause?: unknown } = new Error('round');
    error.cause = { cause: error };
    expect(causes(error)).toHaveLength(2);
  });
});
