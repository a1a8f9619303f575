// The function app: a Flex Consumption plan and the site on it. Each function runs in processes of
// its own, the timers included, and scales by itself.

@export()
@description('Instances of one function that always run.')
type AlwaysReady = {
  @description('Which function, such as function:sendNotification.')
  name: string

  @description('How many instances.')
  @minValue(1)
  instanceCount: int
}

@description('Ends the names of the plan and the site.')
param name string

@description('Where they are.')
param location string

@description('Their tags.')
param tags object

@description('What the app is told, beside what this file adds.')
param givenSettings { name: string, value: string }[]

@description('The identity that it runs as.')
param identityName string

@description('The storage account.')
param storageName string

@description('Its endpoints.')
param storageEndpoints { blob: string, queue: string, table: string }

@description('The container that holds the package.')
param packageContainerUrl string

@description('Application Insights, for its log.')
param insightsName string

@description('Whether the audit log is sent to an event hub.')
param eventHub bool

@description('The host of its namespace; none, if the app only polls.')
param eventHost string?

@description('The subnet from which it reaches storage; none, if storage is public.')
param subnetId string?

@description('Memory of an instance.')
param instanceMemoryMB int

@description('How far each function may scale out.')
param maximumInstanceCount int

@description('Instances that always run.')
param alwaysReady AlwaysReady[]

@description('Address of the package; empty, if it is deployed otherwise.')
param packageUrl string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// The account by its name as well as by its endpoints: with the endpoints alone the host may start
// before it knows the account. Source: azure-functions-host, issues 11782 and 11787.
var platformSettings = [
  { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
  { name: 'AzureWebJobsStorage__accountName', value: storageName }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
  { name: 'AzureWebJobsStorage__blobServiceUri', value: storageEndpoints.blob }
  { name: 'AzureWebJobsStorage__queueServiceUri', value: storageEndpoints.queue }
  { name: 'AzureWebJobsStorage__tableServiceUri', value: storageEndpoints.table }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
  {
    name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
    value: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  }
]

var eventSettings = [
  { name: 'AuditEventHub__fullyQualifiedNamespace', value: eventHost ?? '' }
  { name: 'AuditEventHub__credential', value: 'managedidentity' }
  { name: 'AuditEventHub__clientId', value: identity.properties.clientId }
]

// An app that starts before its permissions are there may not feel them for a day. npm run grant takes
// these away again.
var functions = [
  'checkCoverage'
  'pollAuditLog'
  'receiveAuditEvents'
  'sweepLedger'
  'sendNotification'
  'settlePoison'
]
var switchedOff = map(functions, name => { name: 'AzureWebJobs.${name}.Disabled', value: 'true' })

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${name}'
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: subnetId
    functionAppConfig: {
      runtime: {
        name: 'node'
        version: '24'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
    }
    siteConfig: {
      // No more of it: regions refuse what other plans' sites may say, ftpsState among it. There is no FTP here.
      minTlsVersion: '1.2'
      appSettings: concat(
        givenSettings,
        platformSettings,
        eventHub ? eventSettings : [],
        empty(packageUrl) ? [] : switchedOff
      )
    }
  }

  // Packages are deployed with Entra's tokens, never with publishing passwords.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

resource package 'Microsoft.Web/sites/extensions@2025-03-01' = if (!empty(packageUrl)) {
  parent: site
  name: 'onedeploy'
  // Its types leave these out. Source: Azure Functions docs, "Automate resource deployment", Flex Consumption.
  #disable-next-line BCP187
  properties: {
    packageUri: packageUrl
    remoteBuild: false
  }
}

@description('Name of the function app.')
output name string = site.name
