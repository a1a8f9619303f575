import { describe, expect, test } from 'vitest';
import { operatorRoles } from '../../cli/grant/azure.ts';
import { example, ofType, read, snapshots, template, templateResources } from './deployed.ts';

const everything = example('everything').predictedResources;
const site = (name: string) => ofType(name, 'Microsoft.Web/sites')[0];

/** Length and letters of names. Source: Azure docs, "Naming rules for Azure resources". */
const naming: Readonly<Record<string, RegExp>> = {
  'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
  // Hosts are told apart by 32 characters. Source: Azure Functions docs, "Host ID considerations".
  'Microsoft.Web/sites': /^[a-z0-9-]{2,32}$/,
  'Microsoft.Web/serverfarms': /^[a-z0-9-]{1,60}$/,
  'Microsoft.EventHub/namespaces': /^[a-z][a-z0-9-]{4,48}[a-z0-9]$/,
  'Microsoft.Network/privateEndpoints': /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/,
  'Microsoft.Network/virtualNetworks': /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/,
  'Microsoft.OperationalInsights/workspaces': /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/,
  'Microsoft.Insights/components': /^[a-z0-9-]{1,260}$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[a-z0-9][a-z0-9-]{2,127}$/,
};

/** What the identity may do, by the type of resource that it is given on. Source: Azure's built-in roles. */
const roles = {
  'Storage Table Data Contributor': ['0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', 'storageAccounts'],
  'Storage Queue Data Contributor': ['974c5e8b-45b9-4653-ba55-5f855dd0fb88', 'storageAccounts'],
  'Storage Blob Data Owner': ['b7e6dc6d-f1e8-4753-8033-0f276bb0955b', 'storageAccounts'],
  'Monitoring Metrics Publisher': ['3913510d-42f4-4e42-8a64-420c390055eb', 'components'],
  'Azure Event Hubs Data Receiver': ['a638d3c7-ab3a-418d-83e6-5f17a39d4fde', 'eventhubs'],
} as const;

describe('what is deployed', () => {
  test.each(snapshots)(
    '$file was evaluated without a finding',
    ({ diagnostics, predictedResources }) => {
      expect(diagnostics).toEqual([]);
      expect(predictedResources.length).toBeGreaterThan(20);
    },
  );

  test('has names that Azure takes, with the longest name that may be given', () => {
    expect(template.parameters['name']?.maxLength).toBe('secinfo-long'.length);
    const judged = everything.filter(({ type }) => type in naming);
    expect(new Set(judged.map(({ type }) => type)).size).toBe(Object.keys(naming).length);
    for (const { type, name } of judged) expect(name, type).toMatch(naming[type] as RegExp);
  });

  test('gets the least roles, each on one resource', () => {
    const given = everything
      .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
      .map(({ id, properties }) => {
        const scope = id.split('/providers/Microsoft.Authorization/')[0]?.split('/').at(-2);
        expect(properties.principalType).toBe('ServicePrincipal');
        expect(properties.principalId).toMatch(/userAssignedIdentities\/id-.*\.principalId\]$/);
        return [properties.roleDefinitionId.split('/').at(-1), scope];
      });
    expect(Object.fromEntries(given)).toEqual(Object.fromEntries(Object.values(roles)));
    expect(given).toHaveLength(5);
    // Whoever judges what the app may do reads that page.
    const page = read('docs/permissions.md');
    expect(Object.keys(roles).filter((name) => !page.includes(`| ${name} |`))).toEqual([]);
  });

  test('gives the operator the roles on storage that the app has', () => {
    for (const [name, id] of Object.entries(operatorRoles)) {
      expect(id).toBe(roles[name as keyof typeof operatorRoles][0]);
    }
  });

  test('lets nobody in by a key', () => {
    for (const { predictedResources, file } of snapshots) {
      const find = (type: string) => predictedResources.filter((one) => one.type.endsWith(type));
      const [storage] = find('/storageAccounts');
      expect(storage?.properties, file).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
      });
      expect(find('Insights/components')[0]?.properties.DisableLocalAuth).toBe(true);
      expect(find('/workspaces')[0]?.properties.features.disableLocalAuth).toBe(true);
      expect(
        find('/basicPublishingCredentialsPolicies').map((one) => one.properties.allow),
      ).toEqual([false, false]);
      // Entra alone sends to the event hub by a key, since it has no other way.
      const rules = find('/authorizationRules').map(({ name }) => name.split('/').at(-1));
      expect(rules).toEqual(find('/namespaces').map(() => 'diagnostics'));
    }
  });

  test('has no key, and no address of one cloud', () => {
    const text = `${read('infra/azuredeploy.json')}\n${read('infra/workbook.json')}`;
    const allowed = /APPLICATIONINSIGHTS_CONNECTION_STRING|\.ConnectionString\b/g;
    expect(text.replace(allowed, '')).not.toMatch(
      /list\w*Keys|AccountKey|SharedAccessKey|\bsas\b|connection_?string|InstrumentationKey/i,
    );
    expect(text).not.toMatch(/windows\.net|(?<!schema\.)management\.azure\.com|password"/i);
  });

  test('runs on the Node that the app is built and tested with', () => {
    const { runtime } = site('main')?.properties.functionAppConfig ?? {};
    expect(runtime.name).toBe('node');
    expect(process.version).toMatch(`v${runtime.version}.`);
  });

  test('says of the site only what Flex Consumption takes', () => {
    // Newer regions refuse what else another plan's site may say. Source: Azure Functions docs, "App settings
    // reference", Flex Consumption plan deprecations.
    const refused =
      /^(FUNCTIONS_(EXTENSION|WORKER)_|FUNCTIONS_MAX_|WEBSITE_|ENABLE_ORYX|SCM_DO_BUILD|TZ$)/;
    for (const { predictedResources, file } of snapshots) {
      const sites = predictedResources.filter(({ type }) => type === 'Microsoft.Web/sites');
      expect(sites, file).toHaveLength(1);
      const { siteConfig, ...others } = sites[0]?.properties ?? {};
      expect(Object.keys(siteConfig).sort(), file).toEqual(['appSettings', 'minTlsVersion']);
      expect(siteConfig.minTlsVersion).toBe('1.2');
      expect(Object.keys(others).sort(), file).toEqual([
        'functionAppConfig',
        'httpsOnly',
        'serverFarmId',
        'virtualNetworkSubnetId',
      ]);
      expect(others.httpsOnly).toBe(true);
      const names = siteConfig.appSettings.map(({ name }: { name: string }) => name);
      expect(names.filter((name: string) => refused.test(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('keeps every table of the log for as long as it is asked to', () => {
    const asked = 365;
    const tables = ofType('everything', 'Microsoft.OperationalInsights/workspaces/tables');
    const names = tables.map(({ name }) => name.split('/').at(-1));
    // Each table that the docs, the alerts and the workbook read is among them.
    expect(names).toEqual(expect.arrayContaining(['AppTraces', 'AppExceptions', 'AppRequests']));
    expect(new Set(names).size).toBe(11);
    for (const { properties } of tables) {
      expect(properties).toEqual({ retentionInDays: asked, totalRetentionInDays: asked });
    }
    const [workspace] = ofType('everything', 'Microsoft.OperationalInsights/workspaces');
    expect(workspace?.properties.retentionInDays).toBe(asked);
  });

  test('makes one private endpoint at a time, and the records of each after all of them', () => {
    const serial = templateResources.filter(({ copy }) => copy?.mode === 'serial');
    expect(serial.map(({ copy }) => [copy.name, copy.batchSize]).sort()).toEqual([
      ['endpoint', 1],
      ['endpointRecords', 1],
      ['table', 1],
    ]);
    expect(serial.find(({ copy }) => copy.name === 'endpointRecords').dependsOn).toContain(
      'endpoint',
    );
    const groups = ofType('private', 'Microsoft.Network/privateEndpoints').map(
      ({ properties }) => properties.privateLinkServiceConnections[0].properties.groupIds,
    );
    expect(groups).toEqual([['blob'], ['queue'], ['table']]);
  });

  test.each([
    ['private', 'Disabled', 'Deny'],
    ['main', 'Enabled', 'Allow'],
  ])('reaches storage in %s as it should', (name, access, action) => {
    const [storage] = ofType(name, 'Microsoft.Storage/storageAccounts');
    expect(storage?.properties.publicNetworkAccess).toBe(access);
    expect(storage?.properties.networkAcls.defaultAction).toBe(action);
    const subnet = site(name)?.properties.virtualNetworkSubnetId;
    if (access === 'Enabled') expect(subnet).toBeNull();
    else expect(subnet).toMatch(/virtualNetworks\/vnet-[^/]+\/subnets\/functions$/);
  });

  test('passes on what its parameters say', () => {
    const { scaleAndConcurrency } = site('everything')?.properties.functionAppConfig ?? {};
    expect(scaleAndConcurrency).toEqual({
      instanceMemoryMB: 512,
      maximumInstanceCount: 100,
      alwaysReady: [{ name: 'function:sendNotification', instanceCount: 1 }],
    });
    const [group] = ofType('everything', 'Microsoft.Insights/actionGroups');
    const mailed = group?.properties.emailReceivers.map(
      (one: { emailAddress: string }) => one.emailAddress,
    );
    expect(mailed).toEqual(['it-operations@contoso.com', 'security@contoso.com']);
    for (const { type, tags, id } of everything) {
      if (!tags) continue;
      expect(tags, `${type} ${id}`).toMatchObject({
        owner: 'identity team',
        'azd-env-name': 'production',
      });
    }
  });

  test('says what each parameter, output and property of a type means', () => {
    const { parameters, outputs, definitions } = template;
    const properties = Object.values(definitions).flatMap((one) =>
      Object.entries(one.properties ?? {}),
    );
    const all = [...Object.entries(parameters), ...Object.entries(outputs), ...properties];
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter(([, one]) => !one.metadata?.description)).toEqual([]);
  });
});
