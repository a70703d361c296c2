/** Version that the face says it is. */
export const VERSION = '3.3.6-dev0';

/** `system_fingerprint` of the OpenAI routes. */
export const FINGERPRINT: string = `${VERSION}-native`;

/** Usage in the router's order of keys. */
export function usageJson(promptTokens: number, completionTokens: number): string {
  return `{"prompt_tokens":${promptTokens},"completion_tokens":${completionTokens},"total_tokens":${promptTokens + completionTokens}}`;
}
