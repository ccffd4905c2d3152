import { Role } from '@rehearse/contracts';
import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Principal } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import type { SigningKey } from './signing-key.js';

export const ACCESS_TOKEN_S = 600;

const ISSUER = 'rehearse';
const AUDIENCE = 'rehearse-api';
const TYPE = 'at+jwt';

const Claims = z.object({
  sub: z.uuid(),
  tid: z.uuid(),
  role: Role,
  own: z.boolean(),
  // A process of the version before issues tokens without it.
  epoch: z.int().default(0),
  exp: z.int(),
});

export type TokenUser = Pick<Principal, 'tenantId' | 'role' | 'isOwner'> & { userId: string; epoch: number };
/** Who a token was issued to; whether it holds still, its user's standing says. */
export type TokenHolder = Principal & { epoch: number };

/** Makes and reads access tokens: signed, short-lived, for this API alone. */
export class AccessTokens {
  constructor(private readonly key: SigningKey) {}

  issue(user: TokenUser): Promise<string> {
    return new SignJWT({ tid: user.tenantId, role: user.role, own: user.isOwner, epoch: user.epoch })
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid: this.key.kid })
      .setSubject(user.userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${ACCESS_TOKEN_S}s`)
      .setJti(newId())
      .sign(this.key.privateKey);
  }

  /** Null for anything that is not a token of ours that holds now. */
  async read(token: string): Promise<TokenHolder | null> {
    try {
      const { payload } = await jwtVerify(token, this.keyOf, {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: TYPE,
        maxTokenAge: ACCESS_TOKEN_S,
        requiredClaims: ['sub', 'tid', 'role', 'exp', 'iat'],
      });
      const claims = Claims.safeParse(payload);
      return claims.success ? holderOf(claims.data) : null;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }

  /** Only our own key, and only under its own name; what a header says of keys is not read. */
  private readonly keyOf = ({ kid }: { kid?: string }) => {
    if (kid !== this.key.kid) throw new errors.JWKSNoMatchingKey();
    return this.key.publicKey;
  };
}

const holderOf = ({ sub, tid, role, own, epoch, exp }: z.infer<typeof Claims>): TokenHolder => ({
  tenantId: tid,
  userId: sub,
  apiKey: null,
  role,
  scopes: [],
  isOwner: own,
  epoch,
  expiresAt: exp * 1_000,
});
