// Everything that the app runs on, in one resource group:
//
//   az group create --name RG --location LOCATION
//   az deployment group create --resource-group RG --parameters infra/main.bicepparam
//
// `azd up` works as well: it asks for the resource group, or takes AZURE_RESOURCE_GROUP.
// What the identity may do in Microsoft Graph is granted afterwards, by another administrator.
targetScope = 'resourceGroup'

import { Settings } from 'settings.bicep'
import { AlwaysReady } from 'app.bicep'
import { minutesBetween } from 'schedules.bicep'

@description('Begins the name of each resource. The app\'s name then stays within the 32 characters that tell hosts apart.')
@minLength(2)
@maxLength(12)
param name string = 'secinfo'

@description('Where the resources are. Not every region has Flex Consumption: az functionapp list-flexconsumption-locations.')
param location string = resourceGroup().location

@description('Name of the azd environment, if azd deploys: it finds its resources by this tag.')
@maxLength(64)
param environmentName string = ''

@description('Further tags of every resource.')
param tags object = {}

@description('What the app is told: one property for each of its environment variables.')
param settings Settings

@description('Who is mailed when an alert fires. Nobody, if empty: the alerts are still there, in the portal.')
@maxLength(20)
param alertMailAddresses string[] = []

@description('Reach storage through private endpoints only. The resource provider Microsoft.App must be registered in the subscription. Switched on later, storage is out of reach for the minutes that it takes.')
param privateNetworking bool = false

@description('A second door for the largest tenants: an event hub for the audit log. Entra has to be told to send to it afterwards, and the poll then runs every ten minutes. It costs some twenty euros a month.')
param eventHub bool = false

@description('Memory of an instance. 512 comes with a quarter of a core, so that a run is billed a quarter and an instance starts more slowly; the poll keeps one awake. 2048 comes with a whole core, for tenants of hundreds of thousands of users.')
@allowed([512, 2048])
param instanceMemoryMB int = 512

@description('How far each function may scale out. One instance sends what Exchange takes from four mailboxes, so 1 will do for most tenants. Functions asks for many more when mails wait for their time, and they do no harm: mails leave at the same pace. 40 is the default because every region takes it; it was the least until 2026.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that always run, by function, such as function:sendNotification. None are needed: mails may wait a few seconds for an instance.')
param alwaysReady AlwaysReady[] = []

@description('How many days every table of the log is kept. 90 are free of charge.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Address of a release\'s zip, to deploy the app from with the resources. Its functions are switched off until npm run grant has granted the permissions. Empty: the app is deployed afterwards, by az or azd.')
param packageUrl string = ''

var suffix = uniqueString(resourceGroup().id, name)
var storageName = 'st${suffix}'
var insightsName = 'appi-${name}-${suffix}'
var allTags = empty(environmentName) ? tags : union(tags, { 'azd-env-name': environmentName })
var hubName = 'audit-logs'

// Of the app's own settings only those that were given: the others keep the app's defaults, a blank one
// too, as the app reads it. What the template sets by itself comes last, and counts. A boolean becomes True
// or False, which the app takes for true and false.
var givenSettings = map(
  filter(
    items(union(settings, eventHub ? { AUDIT_EVENT_HUB: hubName } : {})),
    setting => setting.value != null && trim(string(setting.value)) != ''
  ),
  setting => { name: setting.key, value: string(setting.value) }
)

// When the log is polled and the ledger swept, as functions/config/ has it: with an event hub the
// poll is a safety net.
var hasHub = eventHub || !empty(trim(settings.?AUDIT_EVENT_HUB ?? ''))
var pollSchedule = empty(trim(settings.?POLL_SCHEDULE ?? ''))
  ? (hasHub ? '0 */10 * * * *' : '*/15 * * * * *')
  : settings.POLL_SCHEDULE!
var sweepSchedule = empty(trim(settings.?SWEEP_SCHEDULE ?? '')) ? '0 */10 * * * *' : settings.SWEEP_SCHEDULE!

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}-${suffix}'
  location: location
  tags: allTags
}

module storage 'storage.bicep' = {
  params: {
    name: storageName
    location: location
    tags: allTags
    identityName: identity.name
    publicNetworkAccess: !privateNetworking
  }
}

module network 'network.bicep' = if (privateNetworking) {
  params: {
    name: '${name}-${suffix}'
    location: location
    tags: allTags
    storageName: storageName
  }
  dependsOn: [storage]
}

module monitoring 'monitoring.bicep' = {
  params: {
    name: '${name}-${suffix}'
    insightsName: insightsName
    location: location
    tags: allTags
    identityName: identity.name
    retentionDays: logRetentionDays
    pollMinutes: minutesBetween(pollSchedule)
    sweepMinutes: minutesBetween(sweepSchedule)
    alertMailAddresses: alertMailAddresses
  }
}

module events 'events.bicep' = if (eventHub) {
  params: {
    name: '${name}-${suffix}'
    location: location
    tags: allTags
    identityName: identity.name
    hubName: hubName
  }
}

module app 'app.bicep' = {
  params: {
    name: '${name}-${suffix}'
    location: location
    tags: allTags
    givenSettings: givenSettings
    identityName: identity.name
    storageName: storageName
    storageEndpoints: storage.outputs.endpoints
    packageContainerUrl: storage.outputs.packageContainerUrl
    insightsName: insightsName
    eventHub: eventHub
    eventHost: eventHub ? events!.outputs.host : null
    subnetId: privateNetworking ? network!.outputs.functionSubnetId : null
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    packageUrl: packageUrl
  }
  dependsOn: [monitoring]
}

@description('What to run next: it grants the permissions, and starts functions that were deployed switched off.')
output grantCommand string = 'npm run grant -- --resource-group ${resourceGroup().name}'

@description('Whether its functions wait, switched off, for that command.')
output functionsSwitchedOff bool = !empty(packageUrl)

@description('The function app, to deploy the package to.')
output functionAppName string = app.outputs.name

@description('Client id of the identity: the application to limit in Exchange.')
output identityClientId string = identity.properties.clientId

@description('Object id of the identity: the service principal to grant permissions to.')
output identityPrincipalId string = identity.properties.principalId

@description('The storage account that holds the ledger, the queue and the package.')
output storageAccountName string = storageName

@description('Where the ledger\'s table is.')
output tableEndpoint string = storage.outputs.endpoints.table

@description('Where the queue is.')
output queueEndpoint string = storage.outputs.endpoints.queue

@description('The event hub to send the audit log to; empty, if there is none.')
output eventHubName string = eventHub ? hubName : ''

@description('Id of the rule by which the audit log is sent to it; empty, if there is none.')
output eventHubRuleId string = eventHub ? events!.outputs.ruleId : ''

@description('The app\'s own settings as they are in force, without those that only say where Azure is.')
output appSettings { name: string, value: string }[] = givenSettings

@description('Application Insights, where the app\'s log is.')
output applicationInsightsName string = insightsName

@description('The portal\'s page of Application Insights.')
output applicationInsightsUrl string = '${environment().portal}/#resource${monitoring.outputs.insightsId}'

@description('The portal\'s page of the workbook: changes, mails, delays and failures.')
output workbookUrl string = '${environment().portal}/#resource${monitoring.outputs.workbookId}/workbook'

@description('The resource group of all of this.')
output resourceGroupName string = resourceGroup().name
