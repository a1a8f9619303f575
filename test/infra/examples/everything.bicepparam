// Everything on: private network, event hub, alerts to people, instances that always run.
using '../../../infra/main.bicep'

param name = 'secinfo-long'
param environmentName = 'production'
param tags = { owner: 'identity team' }
param alertMailAddresses = ['it-operations@contoso.com', 'security@contoso.com', 'IT-Operations@contoso.com', ' ']
param privateNetworking = true
param eventHub = true
param instanceMemoryMB = 512
param maximumInstanceCount = 100
param alwaysReady = [{ name: 'function:sendNotification', instanceCount: 1 }]
param logRetentionDays = 365
param settings = { SENDER_MAILBOXES: 'security@contoso.com, notify@contoso.com' }
