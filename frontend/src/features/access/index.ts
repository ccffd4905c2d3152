export { SignInSearch } from './search.js';
export { useCan, useSession } from './useSession.js';
export { UserMenu } from './UserMenu.js';
