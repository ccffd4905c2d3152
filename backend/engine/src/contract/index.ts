export { watch, type Finding, type Monitor } from './monitor.js';
export { isOrderSensitive } from './order.js';
