import * as z from 'zod/mini';

export const SignInSearch = z.object({
  to: z.catch(z.optional(z.string()), undefined),
  token: z.catch(z.optional(z.string()), undefined),
});

/** Only a path of the studio: a link must not send anybody elsewhere after signing in. */
export const safeTarget = (to: string | undefined): string =>
  to && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/';
