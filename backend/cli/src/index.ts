export { main, processIo, type Io } from './main.js';
