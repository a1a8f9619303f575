// The function app: a Flex Consumption plan and the site on it. Each function runs in processes of
// its own, the two timers included, and scales by itself.

import { Settings } from 'settings.bicep'

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

@description('What the app is told.')
param settings Settings

@description('The identity that it runs as.')
param identityName string

@description('Endpoints of the storage account.')
param storageEndpoints { blob: string, queue: string, table: string }

@description('The container that holds the package.')
param packageContainerUrl string

@description('Application Insights, for its log.')
param insightsName string

@description('The event hub that the audit log is sent to, and the host of its namespace; none, if the app only polls.')
param eventSource { hub: string, host: string }?

@description('The subnet from which it reaches storage; none, if storage is public.')
param subnetId string?

@description('Memory of an instance.')
param instanceMemoryMB int

@description('How far each function may scale out.')
param maximumInstanceCount int

@description('Instances that always run.')
param alwaysReady AlwaysReady[]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var platformSettings = {
  AZURE_CLIENT_ID: identity.properties.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__blobServiceUri: storageEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: storageEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: storageEndpoints.table
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
}

var eventSettings = eventSource == null ? {} : {
  AUDIT_EVENT_HUB: eventSource!.hub
  AuditEventHub__fullyQualifiedNamespace: eventSource!.host
  AuditEventHub__credential: 'managedidentity'
  AuditEventHub__clientId: identity.properties.clientId
}

// Of the app's own settings only those that were given: the others keep the app's defaults. What the
// template sets comes last, and counts.
var givenSettings = filter(
  items(union(settings, platformSettings, eventSettings)),
  setting => setting.value != null
)

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
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      // A boolean becomes True or False, which the app takes for true and false.
      appSettings: map(givenSettings, setting => {
        name: setting.key
        value: string(setting.value)
      })
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

@description('Name of the function app.')
output name string = site.name
