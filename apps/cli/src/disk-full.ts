/** True for a disk, a quota or a file limit that is used up, however deep the error that says so is wrapped. */
export function isDiskFull(error: unknown): boolean {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(current.code))) return true;
  }
  return false;
}
