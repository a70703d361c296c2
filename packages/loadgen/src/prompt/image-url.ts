import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { Fault } from './dataset-fault.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
};

/**
 * What a request carries for an image: addresses and data URLs as they are, a file (relative to the dataset) as a data URL, so that no server
 * fetches anything during a measurement.
 */
export function imageUrl(url: string, datasetFile: string, fault: Fault): string {
  if (/^(https?|data):/.test(url)) return url;
  const path = resolve(dirname(datasetFile), url.replace(/^file:\/\//, ''));
  const type = TYPES[extname(path).toLowerCase()];
  if (type === undefined)
    return fault(`the image ${url} is of no known type`, `one of ${Object.keys(TYPES).join(' ')}`);
  try {
    return `data:${type};base64,${readFileSync(path).toString('base64')}`;
  } catch (error: unknown) {
    return fault(`cannot read the image ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
