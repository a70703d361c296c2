/** Whether a body says where it ends; a broken connection cannot be told from the end of one that does not. */
export const isFramed = (headers: ReadonlyMap<string, string>): boolean =>
  headers.has('transfer-encoding') || headers.has('content-length');

/** What is wrong with the end of a body without frame, where nothing in it says that it is whole. */
export const UNFRAMED = 'the body has neither chunks nor a length, so its end cannot be told from a broken connection';
