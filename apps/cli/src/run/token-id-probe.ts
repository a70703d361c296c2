import type { Finding } from '@assay/contracts';
import type { Backend, BackendCapabilities, FetchText } from '@assay/loadgen';

/** Low IDs that every vocabulary has and that are no control tokens in the common ones. */
const TOKEN_IDS: readonly number[] = [1000, 1001, 1002];

/**
 * Sends one prompt of token IDs for one token. A server behind a gateway may take them by its version and still refuse them, and
 * then every request of the load would fail. Gives the finding of a refusal.
 */
export async function probeTokenIds(
  backend: Backend,
  capabilities: BackendCapabilities,
  fetchText: FetchText,
  timeoutMs: number,
): Promise<Finding | undefined> {
  if (capabilities.acceptsTokenIdPrompts !== true) return undefined;
  const encoded = backend.encode({
    index: 0,
    prompt: { kind: 'token-ids', tokenIds: TOKEN_IDS },
    inputTokens: TOKEN_IDS.length,
    inputTokensSource: 'token-ids',
    maxOutputTokens: 1,
  });
  const { status } = await fetchText({ ...encoded, timeoutMs });
  if (status < 400 || status > 499) return undefined;
  const instead = capabilities.hasTokenizer === true ? 'texts counted by its tokenizer' : 'texts of approximate length';
  const message = `the server refuses prompts of token IDs with ${status}: ${instead} are sent instead`;
  return { code: 'TOKEN_IDS_REFUSED', severity: 'notes', message };
}
