export { LiveConversation } from './LazyLiveConversation.js';
export { RunList } from './RunList.js';
export { RunTable } from './RunTable.js';
export { runsQuery, type RunFilters } from './queries.js';
export { addressOf as diffAddress, DiffSearch, PickSearch } from './diff/search.js';
export { RunSearch, RunsSearch } from './search.js';
export { useLiveRuns } from './useLiveRuns.js';
export { whyNobody } from './run-controls.js';
