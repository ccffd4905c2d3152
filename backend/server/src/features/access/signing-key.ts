import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { calculateJwkThumbprint, exportJWK } from 'jose';

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export interface KeySource {
  jwtSecret?: string | undefined;
  jwtKeyFile?: string | undefined;
  home: string;
}

/** An Ed25519 key: derived from the secret, read from the named file, or made once under the home folder. */
export async function loadSigningKey({ jwtSecret, jwtKeyFile, home }: KeySource): Promise<SigningKey> {
  if (jwtSecret) return complete(derive(jwtSecret));
  if (jwtKeyFile) return complete(read(jwtKeyFile));
  return complete(readOrMake(path.join(home, 'keys', 'access-token.pem')));
}

/** The head of a PKCS#8 Ed25519 key (RFC 8410); the 32 bytes of the seed follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function derive(secret: string): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'rehearse access token', 32));
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

function read(file: string): KeyObject {
  const key = createPrivateKey(readFileSync(file));
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(
      `${file} holds a key of type ${key.asymmetricKeyType}; access tokens are signed with Ed25519.`,
    );
  return key;
}

function readOrMake(file: string): KeyObject {
  try {
    return read(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    // Another process may make it at the same moment: the first one wins, and both use that.
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return read(file);
}

async function complete(privateKey: KeyObject): Promise<SigningKey> {
  const publicKey = createPublicKey(privateKey);
  return { kid: await calculateJwkThumbprint(await exportJWK(publicKey)), privateKey, publicKey };
}
