import type { BackendCapabilities } from '@assay/loadgen';
import { LayeredSettings } from '../config/layers.ts';
import { resolveConnection } from '../config/resolve-connection.ts';
import type { Settings } from '../config/settings.ts';
import type { Surroundings } from '../streams.ts';
import { createEndpoint } from './endpoint.ts';
import { createEndpointFetch } from './endpoint-fetch.ts';
import type { Check } from './machine-checks.ts';
import { preflight } from './preflight.ts';
import { askIdentity, nameOf } from './server-identity.ts';

const QUESTION_TIMEOUT_MS = 5000;

/** What a server is and can do, by the questions that a run asks before its load. Finds the backend itself unless it is named. */
export async function checkServer(
  layers: { readonly flags: Settings; readonly environment: Settings },
  target: string,
  surroundings: Surroundings,
): Promise<readonly Check[]> {
  const layered = new LayeredSettings([
    { origin: 'environment', settings: layers.environment },
    { origin: 'flag', settings: layers.flags },
  ]);
  const given = resolveConnection(layered, 'openai');
  const endpoint = createEndpoint(target, given, surroundings);
  const fetchText = createEndpointFetch(endpoint, given.metricsUrl);
  const timeoutMs = Math.min(QUESTION_TIMEOUT_MS, given.timeouts.totalMs);
  const identity = await askIdentity(endpoint, fetchText, timeoutMs);
  const config = resolveConnection(layered, identity?.backend ?? 'openai');
  const open = { backend: false, api: layered.get('api') === undefined, stream: true };
  const found = await preflight({ endpoint, config, fetchText, timeoutMs, open });
  return [
    { state: 'ok', what: 'target', detail: target },
    identity === undefined
      ? { state: 'unknown', what: 'runtime', detail: 'no answer is a sign of one' }
      : { state: 'ok', what: 'runtime', detail: `${nameOf(identity)} (${identity.evidence})` },
    { state: 'ok', what: 'backend', detail: `${found.backend.name}, ${found.backend.api}` },
    { state: 'ok', what: 'model', detail: found.model },
    ...checkCapabilities(found.capabilities),
    ...found.findings.map(
      ({ code, message }): Check => ({ state: 'warn', what: 'finding', detail: `${code}: ${message}` }),
    ),
  ];
}

type Field = Exclude<keyof BackendCapabilities, 'unknownBecause'>;

/** Field, name in the table, what yes means, what no means; a no without a text is no drawback. */
const ROWS: readonly (readonly [field: Field, what: string, yes: string, no: string])[] = [
  ['serverName', 'name', '', ''],
  ['serverVersion', 'version', '', ''],
  ['models', 'models', '', ''],
  ['maxModelLength', 'max length', 'tokens, prompt and answer together', ''],
  ['hasTokenizer', 'tokenizer', 'texts of exact length', 'lengths of texts are approximate'],
  ['acceptsTokenIdPrompts', 'token ids', 'prompts of exact length', ''],
  ['vocabularySize', 'vocabulary', 'tokens', ''],
  [
    'reportsUsageInStreams',
    'usage',
    'the server counts the tokens of streams',
    'tokens of streams are counted by events',
  ],
  ['reportsCachedTokens', 'cached', 'answers say how many prompt tokens came from the cache', ''],
  ['hasMetrics', 'metrics', 'the server publishes its own counters', 'no counters to compare with'],
];

function checkCapabilities(found: BackendCapabilities): readonly Check[] {
  return ROWS.map(([field, what, yes, no]): Check => {
    const value = found[field];
    if (value === undefined) {
      return {
        state: 'unknown',
        what,
        detail: `unknown: ${found.unknownBecause?.[field] ?? 'the server does not tell'}`,
      };
    }
    if (typeof value === 'boolean') {
      const text = value ? yes : no;
      const detail = `${value ? 'yes' : 'no'}${text === '' ? '' : `: ${text}`}`;
      return { state: value || no === '' ? 'ok' : 'warn', what, detail };
    }
    const detail = Array.isArray(value) ? value.join(', ') : `${value}${yes === '' ? '' : ` ${yes}`}`;
    return { state: 'ok', what, detail };
  });
}
