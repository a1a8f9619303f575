// A second door for the audit log, for the largest tenants: an event hub, which Entra's diagnostic
// settings send to and the app reads. The diagnostic setting is the tenant's, and made by another
// administrator: docs/operate.md.

@description('Ends the name of the namespace.')
param name string

@description('Where it is.')
param location string

@description('Its tags.')
param tags object

@description('The identity that may read its events.')
param identityName string

@description('Name of the hub.')
param hubName string

// Azure Event Hubs Data Receiver: events may be read, and neither sent nor managed.
var dataReceiverRole = 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource namespace 'Microsoft.EventHub/namespaces@2026-01-01' = {
  name: 'evhns-${name}'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
    capacity: 1
  }
  properties: {
    minimumTlsVersion: '1.2'
    // A throughput unit takes 1 MB a second. Inflated capacity stays until somebody takes it back.
    isAutoInflateEnabled: true
    maximumThroughputUnits: 4
    // Entra's diagnostic settings send by the keys of a rule, and by nothing else. The app has none.
    disableLocalAuth: false
    publicNetworkAccess: 'Enabled'
  }

  // What diagnostic settings ask for. Source: Azure Monitor docs, "Diagnostic settings", destinations.
  resource diagnostics 'authorizationRules' = {
    name: 'diagnostics'
    properties: {
      rights: ['Listen', 'Manage', 'Send']
    }
  }

  resource hub 'eventhubs' = {
    name: hubName
    properties: {
      // One reader at a time, so that batches don't meet at the ledger's fence.
      partitionCount: 1
      // The longest that the Standard tier keeps events: an app that stood still goes on from there.
      messageRetentionInDays: 7
    }
  }
}

resource dataRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace::hub
  name: guid(namespace::hub.id, identity.id, dataReceiverRole)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataReceiverRole)
  }
}

@description('The host of the namespace, in whichever cloud.')
output host string = split(split(namespace.properties.serviceBusEndpoint, '/')[2], ':')[0]

@description('Id of the rule that diagnostic settings send by.')
output ruleId string = namespace::diagnostics.id
