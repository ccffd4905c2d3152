export { Metrics } from './metrics.js';
export { MetricsController } from './metrics.controller.js';
export { serveMetrics } from './metrics-server.js';
export { startTracing } from './start-tracing.js';
export { ATTRIBUTES, Tracing, type OpenSpan, type SpanOptions } from './tracing.js';
