import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { UnsecuredJWT, decodeJwt, decodeProtectedHeader, exportSPKI } from 'jose';
import { AccessTokens } from './access-tokens.js';
import { loadSigningKey, type SigningKey } from './signing-key.js';

const SECRET = 'a secret of at least thirty-two characters';
const USER = {
  tenantId: '018f0000-0000-7000-8000-000000000001',
  userId: '018f0000-0000-7000-8000-000000000002',
  role: 'Operator' as const,
  isOwner: false,
  epoch: 3,
};

let key: SigningKey;
let tokens: AccessTokens;
let good: string;
beforeAll(async () => {
  key = await loadSigningKey({ jwtSecret: SECRET, home: '/nowhere' });
  tokens = new AccessTokens(key);
  good = await tokens.issue(USER);
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that is good but for what is said; signed by hand, since the library refuses to make some of them. */
function forge(claims: object = {}, header: object = {}, signer = key.privateKey): string {
  const head = part({ ...decodeProtectedHeader(good), ...header });
  const body = `${head}.${part({ ...decodeJwt(good), ...claims })}`;
  return `${body}.${sign(null, Buffer.from(body), signer).toString('base64url')}`;
}

describe('access tokens', () => {
  it('say who somebody is, for ten minutes', async () => {
    const principal = await tokens.read(good);
    expect(principal).toMatchObject({ ...USER, apiKey: null, scopes: [] });
    expect(principal!.expiresAt! - Date.now()).toBeGreaterThan(590_000);
    expect(await tokens.read(forge())).not.toBeNull();
  });

  it('are refused when anything about them is not ours', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const other = generateKeyPairSync('ed25519').privateKey;
    const forged: Record<string, string | Promise<string>> = {
      'not a token': 'abc',
      'a changed claim': good.replace(/\.[^.]+\./, `.${part({ ...decodeJwt(good), role: 'Admin' })}.`),
      'alg none': new UnsecuredJWT(decodeJwt(good)).encode(),
      'signed with the public key as a shared secret': hmacWithPublicKey(),
      'another key': forge({}, {}, other),
      'another key, under a name of its own': forge({}, { kid: 'mine' }, other),
      'a key that it brings along': forge({}, { jwk: other.export({ format: 'jwk' }) }, other),
      'a key at an address': forge({}, { jku: 'https://evil.example/keys' }, other),
      'an unknown critical header': forge({}, { crit: ['x'], x: 1 }),
      'another audience': forge({ aud: 'other' }),
      'another issuer': forge({ iss: 'other' }),
      'another type': forge({}, { typ: 'JWT' }),
      expired: forge({ exp: now - 1 }),
      'from the future': forge({ iat: now + 3_600, exp: now + 4_000 }),
      'too old, though not expired': forge({ iat: now - 700, exp: now + 700 }),
      'no subject': forge({ sub: undefined }),
      'a role that does not exist': forge({ role: 'Root' }),
      'a tenant that is not an id': forge({ tid: 'x' }),
    };
    for (const [what, token] of Object.entries(forged))
      expect([what, await tokens.read(await token)]).toEqual([what, null]);
  });

  it('are signed by a key that is the same for all servers with one secret', async () => {
    const [again, different] = [
      await loadSigningKey({ jwtSecret: SECRET, home: '/nowhere' }),
      await loadSigningKey({ jwtSecret: `${SECRET}!`, home: '/nowhere' }),
    ];
    expect(again.kid).toBe(key.kid);
    expect(different.kid).not.toBe(key.kid);
  });

  it('are signed by a key that is made once and that others cannot read', async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'rehearse-keys-'));
    const keys = await Promise.all([1, 2, 3].map(() => loadSigningKey({ home })));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    const file = path.join(home, 'keys', 'access-token.pem');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('BEGIN PRIVATE KEY');
  });

  it('are not signed by a key of another kind', async () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'rehearse-keys-')), 'rsa.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(loadSigningKey({ jwtKeyFile: file, home: '/nowhere' })).rejects.toThrow(
      /type rsa; .* Ed25519/,
    );
  });
});

async function hmacWithPublicKey(): Promise<string> {
  const body = `${part({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })}.${good.split('.')[1]}`;
  return `${body}.${createHmac('sha256', await exportSPKI(key.publicKey))
    .update(body)
    .digest('base64url')}`;
}
