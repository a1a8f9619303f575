import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands in for Azure Resource Manager: one resource group, with what was deployed to it. */
export interface FakeAzure {
  readonly url: string;
  readonly calls: string[];
  settings: Record<string, string>;
  readonly roles: { readonly path: string; readonly body: unknown }[];
  deployments: object[];
  /** Whoever asks is a Reader: reads deployments, and neither settings nor anything else. */
  isReader: boolean;
  /** What roles are refused with. */
  refusal?: { readonly status: number; readonly code: string };
  /** The next so many requests are throttled. */
  throttled: number;
  close(): Promise<unknown>;
}

export const subscription = '11111111-2222-4333-8444-555555555555';

export const deploymentOf = (outputs: object, timestamp = '2026-11-24T09:00:00Z') => ({
  name: 'notifier',
  properties: {
    provisioningState: 'Succeeded',
    timestamp,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, { type: 'string', value }]),
    ),
  },
});

/** Source of the shapes: Azure REST API reference, Deployments, Role Assignments, Web Apps. */
export async function startAzure(): Promise<FakeAzure> {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? '').split('?')[0] ?? '';
    fake.calls.push(`${request.method} ${path}`);
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text ? JSON.parse(text) : undefined;
    const answer = (status: number, json: object, headers = {}) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(JSON.stringify(json));
    };
    const refuse = (status: number, code: string) => answer(status, { error: { code } });
    if (fake.throttled > 0) {
      fake.throttled -= 1;
      return answer(429, { error: { code: 'TooManyRequests' } }, { 'Retry-After': '7' });
    }
    if (/\/Microsoft\.Resources\/deployments\/$/i.test(path)) {
      const known = path.toLowerCase().includes('/resourcegroups/rg-security-info/');
      return known
        ? answer(200, { value: fake.deployments })
        : refuse(404, 'ResourceGroupNotFound');
    }
    if (fake.isReader) return refuse(403, 'AuthorizationFailed');
    if (/\/roleAssignments\/[0-9a-f-]{36}$/.test(path) && request.method === 'PUT') {
      if (fake.refusal) return refuse(fake.refusal.status, fake.refusal.code);
      if (fake.roles.some((one) => one.path === path)) return refuse(409, 'RoleAssignmentExists');
      fake.roles.push({ path, body });
      return answer(201, {});
    }
    if (path.endsWith('/config/appsettings/list'))
      return answer(200, { properties: fake.settings });
    if (path.endsWith('/config/appsettings') && request.method === 'PUT') {
      fake.settings = body.properties;
      return answer(200, body);
    }
    return refuse(404, 'ResourceNotFound');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeAzure = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    settings: {},
    roles: [],
    deployments: [],
    isReader: false,
    throttled: 0,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return fake;
}
