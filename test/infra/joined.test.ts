import { describe, expect, test } from 'vitest';
import { ofType, type Resource, read, siteSettings, snapshots } from './deployed.ts';

// What one resource says of another, and what makes it work at all: nothing of this fails in a compiler.

const names = snapshots.map(({ file }) => file.replace(/^.*\/|\.snapshot\.json$/g, ''));
const withNetwork = ['private', 'everything'];

/** The one resource of a type. */
function one(name: string, type: string): Resource {
  const [found, ...others] = ofType(name, type);
  if (!found || others.length > 0) throw new Error(`${name} has not one ${type}`);
  return found;
}
const identityOf = (name: string) => one(name, 'Microsoft.ManagedIdentity/userAssignedIdentities');
const storageOf = (name: string) => one(name, 'Microsoft.Storage/storageAccounts');

describe.each(names)('%s', (name) => {
  const identity = identityOf(name);
  const account = storageOf(name);
  const site = one(name, 'Microsoft.Web/sites');
  const settings = siteSettings(name);
  const asksFor = (setting: string) => settings.get(setting) ?? '';

  test('runs on Flex Consumption as its identity, and as no other', () => {
    const plan = one(name, 'Microsoft.Web/serverfarms');
    expect(plan).toMatchObject({
      sku: { name: 'FC1', tier: 'FlexConsumption' },
      properties: { reserved: true },
    });
    expect(site).toMatchObject({
      kind: 'functionapp,linux',
      properties: { serverFarmId: plan.id },
    });
    expect(site.identity).toEqual({
      type: 'UserAssigned',
      userAssignedIdentities: { [identity.id]: {} },
    });
  });

  test('takes its package by that identity from a container that is there', () => {
    const container = one(name, 'Microsoft.Storage/storageAccounts/blobServices/containers');
    expect(container.name).toBe(`${account.name}/default/package`);
    expect(container.properties).toBeUndefined();
    const { storage } = site.properties.functionAppConfig.deployment;
    expect(storage).toMatchObject({
      type: 'blobContainer',
      authentication: {
        type: 'UserAssignedIdentity',
        userAssignedIdentityResourceId: identity.id,
      },
    });
    expect(storage.value).toContain(account.id);
    expect(storage.value).toMatch(
      /^\[format\('\{0\}\{1\}', .*\.primaryEndpoints\.blob, 'package'\)\]$/,
    );
  });

  test('reaches storage and the log by that identity', () => {
    expect(asksFor('AzureWebJobsStorage__credential')).toBe('managedidentity');
    expect(asksFor('AzureWebJobsStorage__accountName')).toBe(account.name);
    for (const service of ['blob', 'queue', 'table']) {
      const uri = asksFor(`AzureWebJobsStorage__${service}ServiceUri`);
      expect(uri).toContain(account.id);
      expect(uri).toMatch(new RegExp(`\\.primaryEndpoints\\.${service}\\]$`));
    }
    const clients = ['AZURE_CLIENT_ID', 'AzureWebJobsStorage__clientId'];
    if (settings.has('AUDIT_EVENT_HUB')) clients.push('AuditEventHub__clientId');
    for (const setting of clients) {
      expect(asksFor(setting), setting).toMatch(/\.clientId\]$/);
      expect(asksFor(setting), setting).toContain(identity.id);
    }
    const insights = one(name, 'Microsoft.Insights/components');
    const log = asksFor('APPLICATIONINSIGHTS_AUTHENTICATION_STRING');
    expect(log).toMatch(/^\[format\('ClientId=\{0\};Authorization=AAD', .*\.clientId\)\]$/);
    expect(log).toContain(identity.id);
    expect(asksFor('APPLICATIONINSIGHTS_CONNECTION_STRING')).toContain(insights.id);
  });

  test('keeps what it stores in one region, of this tenant, with no door for services', () => {
    expect(account).toMatchObject({ kind: 'StorageV2', sku: { name: 'Standard_LRS' } });
    expect(account.properties.allowCrossTenantReplication).toBe(false);
    expect(account.properties.networkAcls.bypass).toBe('None');
  });

  test('logs to its workspace, where alerts and the workbook look', () => {
    const workspace = one(name, 'Microsoft.OperationalInsights/workspaces');
    const insights = one(name, 'Microsoft.Insights/components');
    expect(insights.properties.WorkspaceResourceId).toBe(workspace.id);
    const { properties: book } = one(name, 'Microsoft.Insights/workbooks');
    expect(book.sourceId).toBe(workspace.id);
    const made = read('infra/workbook.json').replaceAll('<workspace>', workspace.id);
    expect(JSON.parse(book.serializedData)).toEqual(JSON.parse(made));
    const group = one(name, 'Microsoft.Insights/actionGroups');
    expect(group.location).toBe('global');
    expect(group.properties.enabled).toBe(true);
    expect(group.properties.groupShortName).toMatch(/^\w{1,12}$/);
    for (const { kind, properties } of ofType(name, 'Microsoft.Insights/scheduledQueryRules')) {
      expect(kind).toBe('LogAlert');
      expect(properties).toMatchObject({
        enabled: true,
        scopes: [workspace.id],
        actions: { actionGroups: [group.id] },
        // The table comes with its first line.
        skipQueryValidation: true,
      });
      expect(properties.criteria.allOf).toHaveLength(1);
      expect(properties.criteria.allOf[0]).toMatchObject({
        timeAggregation: 'Count',
        failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
      });
    }
  });
});

test.each(['events', 'everything'])('%s has the event hub that the app is told of', (name) => {
  const namespace = one(name, 'Microsoft.EventHub/namespaces');
  const hub = one(name, 'Microsoft.EventHub/namespaces/eventhubs');
  expect(hub.name).toBe(`${namespace.name}/${siteSettings(name).get('AUDIT_EVENT_HUB')}`);
  // One reader at a time, and a week to come back from an outage: Basic keeps a day.
  expect(hub.properties).toEqual({ partitionCount: 1, messageRetentionInDays: 7 });
  expect(namespace.sku?.name).toBe('Standard');
  // Diagnostic settings have no other way in than a key and the public address.
  expect(namespace.properties).toMatchObject({
    minimumTlsVersion: '1.2',
    disableLocalAuth: false,
    publicNetworkAccess: 'Enabled',
  });
  const { properties } = one(name, 'Microsoft.EventHub/namespaces/authorizationRules');
  expect(properties.rights).toEqual(['Listen', 'Manage', 'Send']);
  expect(siteSettings(name).get('AuditEventHub__fullyQualifiedNamespace')).toContain(namespace.id);
});

test.each(withNetwork)('%s finds each service of storage by its private address', (name) => {
  const network = one(name, 'Microsoft.Network/virtualNetworks');
  const [functions, endpoints, ...others] = network.properties.subnets;
  expect(others).toEqual([]);
  expect(functions.properties.delegations).toMatchObject([
    { properties: { serviceName: 'Microsoft.App/environments' } },
  ]);
  expect(endpoints.properties.delegations).toBeUndefined();
  expect([functions, endpoints].map((subnet) => subnet.properties.addressPrefix)).toEqual([
    '10.0.0.0/25',
    '10.0.0.128/25',
  ]);
  const zones = ofType(name, 'Microsoft.Network/privateDnsZones');
  const links = ofType(name, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks');
  const doors = ofType(name, 'Microsoft.Network/privateEndpoints');
  const records = ofType(name, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups');
  for (const [at, service] of ['blob', 'queue', 'table'].entries()) {
    const zone = `format('privatelink.{0}.{1}', '${service}', environment().suffixes.storage)`;
    expect(zones[at]).toMatchObject({ name: `[${zone}]`, location: 'global' });
    expect(links[at]?.name).toBe(`[format('{0}/{1}', ${zone}, 'link-${service}')]`);
    expect(links[at]?.properties).toEqual({
      registrationEnabled: false,
      virtualNetwork: { id: network.id },
    });
    expect(doors[at]?.properties).toMatchObject({
      subnet: { id: `${network.id}/subnets/endpoints` },
      privateLinkServiceConnections: [
        { properties: { privateLinkServiceId: storageOf(name).id, groupIds: [service] } },
      ],
    });
    expect(records[at]?.name).toBe(`${doors[at]?.name}/default`);
    const [config, ...more] = records[at]?.properties.privateDnsZoneConfigs ?? [];
    expect(more).toEqual([]);
    expect(config.properties.privateDnsZoneId).toBe(zones[at]?.id);
  }
  expect([zones, links, doors, records].map((all) => all.length)).toEqual([3, 3, 3, 3]);
});
