import type { Finding } from '@assay/contracts';
import type { Backend, BackendCapabilities, FetchText, TokenIdRange } from '@assay/loadgen';
import { probedIds } from './token-ids.ts';

export interface TokenIdProbe {
  readonly backend: Backend;
  readonly capabilities: BackendCapabilities;
  readonly fetchText: FetchText;
  readonly timeoutMs: number;
  /** What the prompts will be made of; the default of loadgen when left out. */
  readonly tokenIds: TokenIdRange | undefined;
}

/**
 * Sends one prompt of token IDs for one token. A server behind a gateway may take them by its version and still refuse them, and a
 * vocabulary may be smaller than the IDs need; then every request of the load would fail. Gives the finding of a refusal.
 */
export async function probeTokenIds(probe: TokenIdProbe): Promise<Finding | undefined> {
  const { backend, capabilities, fetchText, timeoutMs } = probe;
  if (capabilities.acceptsTokenIdPrompts !== true) return undefined;
  const tokenIds = probedIds(probe.tokenIds);
  const encoded = backend.encode({
    index: 0,
    prompt: { kind: 'token-ids', tokenIds },
    inputTokens: tokenIds.length,
    inputTokensSource: 'token-ids',
    maxOutputTokens: 1,
  });
  const { status } = await fetchText({ ...encoded, timeoutMs });
  if (status < 400 || status > 499) return undefined;
  const instead = capabilities.hasTokenizer === true ? 'texts counted by its tokenizer' : 'texts of approximate length';
  const message = `the server refuses prompts of the token IDs ${tokenIds.join(', ')} with ${status}: ${instead} are sent instead (hint: --token-id-range LOW-HIGH for a small vocabulary)`;
  return { code: 'TOKEN_IDS_REFUSED', severity: 'notes', message };
}
