import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CapturedAnswer, capturesOf } from './engine-capture.ts';

/** One exchange with a real server, as it was recorded. */
export interface RecordedExchange extends CapturedAnswer {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Request headers that say something about the request, as lines. */
  readonly headers: string;
  /** Request body as it was sent; empty for none. */
  readonly requestBody: string;
}

const ANSWER = '.response.raw';
const ROOT = fileURLToPath(new URL('../../../../shared/data/engines/', import.meta.url));

/** Recordings of one engine; they are not part of the repository, and the list is empty where they are absent. */
export function exchangesOf(folder: string): readonly RecordedExchange[] {
  const answerOf = capturesOf(folder);
  if (answerOf === undefined) return [];
  const path = `${ROOT}${folder}/`;
  const names = readdirSync(path).filter((file) => file.endsWith(ANSWER));
  return names.map((file) => readExchange(path, file.slice(0, -ANSWER.length), answerOf));
}

function readExchange(path: string, name: string, answerOf: (name: string) => CapturedAnswer): RecordedExchange {
  const request = JSON.parse(readFileSync(`${path}${name}.request.json`, 'utf8')) as RecordedRequest;
  const headers = Object.entries(request.headers).filter(([key]) => !OF_THE_RECORDER.test(key));
  const sent = request.bytes_sent_latin1;
  return {
    name,
    method: request.method,
    path: request.path,
    headers: headers.map(([key, value]) => `${key}: ${value}\r\n`).join(''),
    // The bytes of long bodies were not kept: their JSON is.
    requestBody: sent === null ? JSON.stringify(request.body) : toBody(sent),
    ...answerOf(name),
  };
}

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly bytes_sent_latin1: string | null;
}

const OF_THE_RECORDER = /^(host|accept|user-agent|content-length)$/i;

const toBody = (sent: string): string =>
  Buffer.from(sent.slice(sent.indexOf('\r\n\r\n') + 4), 'latin1').toString('utf8');
