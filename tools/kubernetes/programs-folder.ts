import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the programs of a control plane are kept between runs. */
export const PROGRAMS_FOLDER: string = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'assay-kubernetes',
  'bin',
);
