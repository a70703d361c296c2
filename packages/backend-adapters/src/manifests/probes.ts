import type { ManifestMap } from './manifest-object.ts';
import type { ServerProcess } from './runtime-manifest.ts';

/** A longer period would be the resolution of every measured cold start. */
const STARTUP_PERIOD_SECONDS = 2;

/**
 * Probes of a model server. Start-up may take the whole load time; after that, readiness is seen within seconds, and
 * only a minute without an answer restarts a busy server.
 *
 * @param port Number of the port, which must be a number where Knative checks the name of the port.
 */
export function toProbes(
  { health }: Pick<ServerProcess, 'health'>,
  port: number,
  loadTimeoutSeconds: number,
): ManifestMap {
  return {
    startupProbe: {
      httpGet: { path: health.ready, port },
      periodSeconds: STARTUP_PERIOD_SECONDS,
      timeoutSeconds: 5,
      successThreshold: 1,
      failureThreshold: Math.ceil(loadTimeoutSeconds / STARTUP_PERIOD_SECONDS),
    },
    readinessProbe: {
      httpGet: { path: health.ready, port },
      periodSeconds: 5,
      timeoutSeconds: 5,
      successThreshold: 1,
      failureThreshold: 3,
    },
    livenessProbe: {
      httpGet: { path: health.live, port },
      periodSeconds: 10,
      timeoutSeconds: 5,
      successThreshold: 1,
      failureThreshold: 6,
    },
  };
}
