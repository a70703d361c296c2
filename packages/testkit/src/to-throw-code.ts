/** What a call threw; fails when it threw nothing. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error: unknown) {
    return error;
  }
  throw new Error('expected the call to throw, but it did not');
}

/** The code of what a call throws or rejects with: tests insist on codes, because messages may be improved. */
export async function codeThrownBy(call: () => unknown): Promise<string | undefined> {
  const error = await thrownBy(call);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
