/** Flags of vLLM's server that change what it says. Its face alone reads them. */
export interface VllmFlags {
  /** `--enable-request-id-headers`: every answer has an `x-request-id`, the client's or one of its own. Default false. */
  readonly hasRequestIdHeaders?: boolean;
  /** `--enable-prompt-tokens-details`: usage tells of cached tokens. Default true. */
  readonly hasPromptTokensDetails?: boolean;
  /** `--enable-force-include-usage`: usage is in every event of every stream. Default false. */
  readonly forcesUsage?: boolean;
  /** `--enable-per-request-metrics`: the server's own times stand beside the usage of an answer with one choice. Default false. */
  readonly hasRequestMetrics?: boolean;
  /** `--enable-auto-tool-choice` with a parser, before which all text passes; no tool is ever called. Default true. */
  readonly hasToolParser?: boolean;
  /** `--reasoning-parser`: as the words have no think tags, all text of a chat is reasoning. Default false. */
  readonly hasReasoningParser?: boolean;
  /** `VLLM_SERVER_DEV_MODE`: `POST /reset_prefix_cache` is served. Default false. */
  readonly isDevMode?: boolean;
}

/** The flags with every default filled in. */
export function resolveVllmFlags(flags: VllmFlags): Required<VllmFlags> {
  return {
    hasRequestIdHeaders: flags.hasRequestIdHeaders ?? false,
    hasPromptTokensDetails: flags.hasPromptTokensDetails ?? true,
    forcesUsage: flags.forcesUsage ?? false,
    hasRequestMetrics: flags.hasRequestMetrics ?? false,
    hasToolParser: flags.hasToolParser ?? true,
    hasReasoningParser: flags.hasReasoningParser ?? false,
    isDevMode: flags.isDevMode ?? false,
  };
}
