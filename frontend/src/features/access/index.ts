export { SignInSearch } from './search.js';
export { useCan } from './useSession.js';
export { UserMenu } from './UserMenu.js';
