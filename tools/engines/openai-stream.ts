/** A recorded OpenAI stream that ended well: terminator seen, no error object, no aborted choice. */
export function isWholeOpenAi(body: string): boolean {
  return /^data: ?\[DONE\]/m.test(body) && !/^data: ?\{"error"/m.test(body) && !/"finish_reason": ?"abort"/.test(body);
}
