import { expect, test } from 'vitest';
import { cloudAt } from '../../cli/cloudNamed.ts';

test.each([
  ['https://graph.microsoft.us/', 'USGov'],
  [' https://dod-graph.microsoft.us/v1.0 ', 'USGovDoD'],
  [' ', 'China'],
  [undefined, 'China'],
])('GRAPH_BASE_URL is read as the app reads it: %j', (baseUrl, exchange) => {
  const { origin, cloud } = cloudAt(baseUrl, 'China');
  expect(cloud.exchange).toBe(exchange);
  expect(origin).toBe(cloud.graph);
});

test('an address that is none is said to be none', () => {
  expect(() => cloudAt('graph.microsoft.com')).toThrow(
    /^GRAPH_BASE_URL is "graph\.microsoft\.com"\. Give/,
  );
});
