export { capturedIo, commandLine, type CapturedIo, type CommandAnswer } from './captured-io.js';
export { closedNetwork, NetworkClosed, type ClosedNetwork } from './closed-network.js';
export { graphOf, graphText } from './graphs.js';
export { rechain } from './rechain.js';
export { scriptedPorts, type PortScript } from './scripted-ports.js';
export { temporaryFolder, type TemporaryFolder } from './temporary-folder.js';
export { virtualClock, type VirtualClock } from './virtual-clock.js';
export { outline, replayed, ROUTE, runGraph, type Ran } from './run-graph.js';
export { randomProgram, type RandomProgram } from './random-program.js';
