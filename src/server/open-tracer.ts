import type { StartLog } from './server-log.ts';
import type { ServerTracer } from './server-tracer.ts';

/** Where version 1 of OpenTelemetry's API keeps what was registered, for all of its copies in the process. */
const registered = Symbol.for('opentelemetry.js.api.1');

/**
 * Makes spans with OpenTelemetry if this process has registered a tracer provider. Otherwise it loads nothing, so that
 * those who do not use it pay nothing.
 */
export async function openTracer(version: string, log: Pick<StartLog, 'warn'>): Promise<ServerTracer | null> {
  const api = (globalThis as { readonly [registered]?: { readonly trace?: unknown } })[registered];
  if (api?.trace === undefined) return null;
  try {
    const { SpanTracer } = await import('./span-tracer.ts');
    return new SpanTracer(version);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn?.(
      `no spans are made, although OpenTelemetry is registered: its API could not be loaded (${reason}). Install it next to Ringback: npm install @opentelemetry/api`,
    );
    return null;
  }
}
