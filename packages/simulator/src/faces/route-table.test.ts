import { expect, test } from 'vitest';
import { type Route, RouteTable } from './route-table.ts';

const route = (method: string, path: string): Route => ({ method, path, run: () => undefined });
const table = new RouteTable([
  route('GET', '/'),
  route('POST', '/'),
  route('GET', '/v2/models/{model}'),
  route('POST', '/v2/models/{model}/infer'),
  route('POST', '/v2/models/{model}/versions/{version}/infer'),
  route('POST', '/v1/models/{model}:predict'),
  route('GET', '/v2/models/stats'),
]);

test.each([
  ['GET', '/', 'found', '/', {}],
  ['GET', '/v2/models/tiny', 'found', '/v2/models/{model}', { model: 'tiny' }],
  ['GET', '/v2/models/stats', 'found', '/v2/models/stats', {}],
  ['POST', '/v2/models/a.b/infer', 'found', '/v2/models/{model}/infer', { model: 'a.b' }],
  [
    'POST',
    '/v2/models/m/versions/1/infer',
    'found',
    '/v2/models/{model}/versions/{version}/infer',
    { model: 'm', version: '1' },
  ],
  ['POST', '/v1/models/m:predict', 'found', '/v1/models/{model}:predict', { model: 'm' }],
])('%s %s', (method, path, kind, found, values) => {
  const match = table.find(method, path);
  expect(match.kind).toBe(kind);
  if (match.kind !== 'found') return;
  expect(match.route.path).toBe(found);
  expect(match.route.method).toBe(method);
  expect({ ...match.values }).toEqual(values);
});

test('tells a wrong method from an unknown path', () => {
  expect(table.find('PUT', '/')).toMatchObject({ kind: 'wrong-method', allowed: ['GET', 'POST'] });
  expect(table.find('GET', '/v2/models/m/infer')).toMatchObject({ kind: 'wrong-method', allowed: ['POST'] });
  expect(table.find('GET', '/v2/models/m/n/infer').kind).toBe('not-found');
  expect(table.find('GET', '/v2/models/').kind).toBe('not-found');
});
