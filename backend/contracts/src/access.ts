import { z } from 'zod';
import { Instant, TenantId, UserId } from './ids.js';
import { page } from './paging.js';

/** Viewer reads; Operator also uploads, runs, controls; Admin also users, keys; API is for machines, by scopes. */
export const ROLES = ['Admin', 'Operator', 'Viewer', 'API'] as const;
export const Role = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

export const SCOPES = ['runs:read', 'runs:write', 'graphs:read', 'graphs:write', 'guard:evaluate'] as const;
export const Scope = z.enum(SCOPES).meta({ id: 'Scope' });
export type Scope = z.infer<typeof Scope>;

export const UserView = z
  .object({
    id: UserId,
    email: z.string().describe('Unique over the installation.'),
    name: z.string().nullable(),
    role: Role,
    isOwner: z.boolean(),
    tenant: z.object({ id: TenantId, name: z.string() }),
  })
  .meta({ id: 'UserView' });
export type UserView = z.infer<typeof UserView>;

export const LoginRequest = z
  .strictObject({ email: z.string().min(3).max(320), password: z.string().min(1).max(1_024) })
  .meta({ id: 'LoginRequest' });
export type LoginRequest = z.infer<typeof LoginRequest>;

export const LinkRequest = z.strictObject({ token: z.string().min(1).max(512) }).meta({ id: 'LinkRequest' });
export type LinkRequest = z.infer<typeof LinkRequest>;

export const LoginAnswer = z
  .object({ accessToken: z.string(), expiresIn: z.int().describe('Seconds.'), user: UserView })
  .meta({ id: 'LoginAnswer' });
export type LoginAnswer = z.infer<typeof LoginAnswer>;

export const MeAnswer = z
  .object({
    user: UserView.nullable(),
    apiKey: z.object({ id: z.string(), name: z.string() }).nullable(),
    role: Role,
    scopes: z.array(Scope),
  })
  .meta({ id: 'MeAnswer' });
export type MeAnswer = z.infer<typeof MeAnswer>;

export const CreateApiKeyRequest = z
  .strictObject({
    name: z.string().min(1).max(200),
    scopes: z.array(Scope).min(1).optional().describe('Default: all.'),
    expiresAt: Instant.optional(),
  })
  .meta({ id: 'CreateApiKeyRequest' });
export type CreateApiKeyRequest = z.infer<typeof CreateApiKeyRequest>;

export const ApiKeyView = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('Its first characters, to tell keys apart.'),
    scopes: z.array(Scope),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
  })
  .meta({ id: 'ApiKeyView' });
export type ApiKeyView = z.infer<typeof ApiKeyView>;

export const CreatedApiKey = ApiKeyView.extend({
  key: z.string().nullable().describe('Shown this once: null when an Idempotency-Key asks again.'),
}).meta({
  id: 'CreatedApiKey',
});
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

export const CreateUserRequest = z
  .strictObject({
    email: z.email().max(320),
    password: z.string().min(8).max(1_024).optional(),
    role: Role,
    name: z.string().max(200).optional(),
  })
  .meta({ id: 'CreateUserRequest' });
export type CreateUserRequest = z.infer<typeof CreateUserRequest>;

/** A user as an Admin of the tenant sees it. */
export const ManagedUser = UserView.extend({ createdAt: Instant, disabledAt: Instant.nullable() }).meta({
  id: 'ManagedUser',
});
export type ManagedUser = z.infer<typeof ManagedUser>;

export const UserPage = page(ManagedUser).meta({ id: 'UserPage' });

export const CreatedUser = z
  .object({
    user: ManagedUser,
    link: z
      .object({ token: z.string(), expiresAt: Instant })
      .nullable()
      .describe('Signs the user in once; there when no password was given. Open `/sign-in#token=<token>`.'),
  })
  .meta({ id: 'CreatedUser' });
export type CreatedUser = z.infer<typeof CreatedUser>;

export const UpdateUserRequest = z
  .strictObject({
    role: Role.optional(),
    name: z.string().max(200).optional(),
    password: z.string().min(8).max(1_024).optional(),
    disabled: z.boolean().optional().describe('A disabled user cannot sign in; the sessions end.'),
  })
  .meta({ id: 'UpdateUserRequest' });
export type UpdateUserRequest = z.infer<typeof UpdateUserRequest>;

export const ApiKeyPage = page(ApiKeyView).meta({ id: 'ApiKeyPage' });

export const TenantView = z
  .object({ id: TenantId, name: z.string(), createdAt: Instant })
  .meta({ id: 'TenantView' });
export type TenantView = z.infer<typeof TenantView>;

export const TenantPage = page(TenantView).meta({ id: 'TenantPage' });

export const CreatedTenant = z
  .object({ tenant: TenantView, admin: ManagedUser })
  .meta({ id: 'CreatedTenant' });
export type CreatedTenant = z.infer<typeof CreatedTenant>;

export const CreateTenantRequest = z
  .strictObject({
    name: z.string().min(1).max(200),
    admin: z.strictObject({ email: z.email().max(320), password: z.string().min(8).max(1_024) }),
  })
  .meta({ id: 'CreateTenantRequest' });
export type CreateTenantRequest = z.infer<typeof CreateTenantRequest>;
