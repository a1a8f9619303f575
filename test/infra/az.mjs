// Plays the Azure CLI on a small tenant, kept in the JSON file of $TENANT.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['TENANT'] ?? '';
const tenant = JSON.parse(readFileSync(file, 'utf8'));
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(`--${name}`) + 1] ?? '';
const save = () => writeFileSync(file, JSON.stringify(tenant));
const fail = (text) => {
  save();
  console.error(`ERROR: ${text}`);
  process.exit(1);
};
const print = (value) => {
  save();
  const query = args.includes('--query') ? option('query') : '';
  const [, path = '', list] = /^(?:(\w+)\[\]\.)?\[+([^\]]+)\]+$/.exec(query) ?? [];
  const rows = path ? value[path] : [value];
  const cells = (row) => list.split(', ').map((key) => row[key]);
  if (list) console.log(rows.map((row) => cells(row).join('\t')).join('\n'));
  else if (query) console.log(value[query.replaceAll('"', '')] ?? '');
  process.exit(0);
};

tenant.calls.push(args.join(' '));
if (args[0] === 'cloud') {
  console.log('https://graph.microsoft.com/');
  save();
  process.exit(0);
}
const method = option('method');
const path = option('url').replace('https://graph.microsoft.com/v1.0/servicePrincipals', '');
const app = /^\(appId='(.+)'\)$/.exec(path)?.[1];
if (app) print(tenant.apps[app] ?? fail('Not Found({"code":"Request_ResourceNotFound"})'));
if (path === `/${tenant.identity.id}`) {
  if (tenant.notYet-- > 0) fail('Not Found({"code":"Request_ResourceNotFound"})');
  print(tenant.identity);
}
if (!path.startsWith(`/${tenant.identity.id}/appRoleAssignments`)) fail(`Not Found(${path})`);
if (method === 'get') print({ value: tenant.assigned });
if (tenant.forbidden) fail('Forbidden({"code":"Authorization_RequestDenied"})');
if (method === 'delete') {
  tenant.assigned = tenant.assigned.filter(({ id }) => !path.endsWith(`/${id}`));
} else {
  const { resourceId, appRoleId } = JSON.parse(option('body'));
  if (tenant.assigned.some((one) => one.appRoleId === appRoleId)) fail('already exists');
  tenant.assigned.push({ id: `made-${tenant.assigned.length}`, resourceId, appRoleId });
}
print({});
