// What the app says, who is told of it, and where to look: the log, its alerts, a workbook. Every
// event that the alerts wait for is explained in docs/events.md.

import { window } from 'schedules.bicep'

@description('Ends the names of all but Application Insights.')
param name string

@description('Name of Application Insights.')
param insightsName string

@description('Where they are.')
param location string

@description('Their tags.')
param tags object

@description('The identity that writes the log.')
param identityName string

@description('How many days every table of the log is kept.')
param retentionDays int

@description('The most minutes between two polls, as they are scheduled.')
param pollMinutes int

@description('The most minutes between two sweeps, as they are scheduled.')
param sweepMinutes int

@description('Who is mailed when an alert fires.')
param alertMailAddresses string[]

// A poll may be missed, and lines arrive minutes late: two polls and five minutes, or a quarter of an
// hour. Four sweeps and five minutes, or an hour, half of which may fail.
var silence = window(max(15, 2 * pollMinutes + 5))
var sweeping = window(max(60, 4 * sweepMinutes + 5))
var sweepsLooked = sweeping.minutes / sweepMinutes

// Ten minutes without a token, or what of them somebody asks in where polls are rare: sweeps and the
// coverage check ask, too.
var tokenMinutes = pollMinutes > 10 ? 2 : max(3, min(9, 10 / pollMinutes))

@description('An alert: that too many lines of the log, or too few, hold one of these events.')
type Alert = {
  @description('Ends the name of the rule.')
  name: string

  @description('What the operator reads first, and the heading in docs/operate.md that says what to do.')
  title: string

  @description('0 critical, 1 error, 2 warning, 3 informational.')
  severity: 0 | 1 | 2 | 3

  @description('Events that count.')
  events: string[]

  @description('Which of them, as a filter in KQL; all, if it is left out.')
  filter: string?

  @description('What happened, and the first thing to do.')
  description: string

  @description('The time that is looked at. It is longer than the time between two looks: lines arrive minutes late.')
  window: string

  @description('The time between two looks: the shorter, the dearer.')
  frequency: string

  @description('How the number of lines compares with the threshold.')
  operator: 'GreaterThan' | 'LessThan'

  @description('The number of lines, or of minutes, that it takes.')
  threshold: int

  @description('Minutes are counted that have such a line, and no lines: a process each says the same, and a poll comes every quarter of a minute.')
  byMinute: bool?

  @description('Fields of the events: whatever they say together is an incident of its own, told apart from those before.')
  incident: string[]?

  @description('The events tell of something that nobody says is over: each look that finds one tells anew, and nothing is said to be resolved.')
  once: bool?
}

var alerts Alert[] = [
  {
    name: 'no-poll'
    title: 'No successful poll'
    severity: 1
    events: ['poll.finished']
    description: 'The audit log was not read for ${silence.words}: nobody is told of anything. Look for poll.failed, and for exceptions at start, which name settings that are missing or wrong. Changes are caught up with once it runs.'
    window: silence.duration
    frequency: silence.frequency
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'audit-lag'
    title: 'Reading lags behind'
    severity: 2
    events: ['poll.finished']
    filter: 'todouble(line.metrics["audit.lag_seconds"]) > 1800'
    description: 'What the audit log holds of the last half hour or more is not read yet: mails come late. After an outage this passes by itself; otherwise Graph throttles the app, or there is more than it can read.'
    window: window(max(30, 2 * pollMinutes + 5)).duration
    frequency: window(max(30, 2 * pollMinutes + 5)).frequency
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'event-hub-due'
    title: 'Event hub due'
    severity: 2
    events: ['audit.crowded']
    description: 'The audit log brings more than two thirds of the rows that polls can keep up with; rowsPerMinute and ceiling say how many. Nobody is late yet. Let Entra send its log to an event hub before it grows further.'
    window: 'PT30M'
    frequency: 'PT15M'
    operator: 'GreaterThan'
    threshold: 2
    byMinute: true
  }
  {
    name: 'mail-failed'
    title: 'Mail given up'
    severity: 1
    events: ['mail.failed']
    description: 'A mail was given up, and nobody knows whether it went out. Find the person by the reference, and tell them by other means.'
    window: 'PT15M'
    frequency: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
    incident: ['reference']
    once: true
  }
  {
    name: 'mail-undeliverable'
    title: 'Nobody could be told'
    severity: 2
    events: ['mail.undeliverable']
    description: 'A change ended without anybody being told: no mailbox, no manager, an address that was refused. Find the person by the reference, tell them by other means, and give the account a mailbox or a manager.'
    window: 'PT1H'
    frequency: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
    incident: ['reference']
    once: true
  }
  {
    name: 'look-failed'
    title: 'A look at sign-in methods failed'
    severity: 2
    events: ['mail.suppressed']
    filter: 'tostring(line.reason) == "lookFailed"'
    description: 'A row of the audit log names no method, and Graph refused for good to say which methods the user has: whether something was changed is not known, and nobody was told. Find the person by the reference, and look at their sign-in methods in Entra.'
    window: 'PT1H'
    frequency: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
    incident: ['reference']
    once: true
  }
  {
    name: 'storage-refused'
    title: 'Storage refuses the app'
    severity: 1
    events: ['storage.refused']
    description: 'A process started and storage did not let it make or use its table or a queue; the host ends after that, again and again. The line names the role that the identity lacks. Nobody is told of anything until it is granted.'
    window: 'PT30M'
    frequency: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'sender-paused'
    title: 'Sender paused'
    severity: 1
    events: ['sender.paused']
    filter: 'SeverityLevel >= 3'
    description: 'A sender mailbox refuses mails. Others take over, and mails are kept for at least a week. denied: grant Mail.Send for it. notFound: it has no mailbox.'
    window: 'PT15M'
    frequency: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
    incident: ['sender']
  }
  {
    name: 'mails-waiting'
    title: 'Mails wait'
    severity: 2
    events: ['people.unavailable', 'message.putOff']
    description: 'Mails wait because users cannot be looked up, or because storage fails. If it stays: denied means that Directory.Read.All is missing.'
    window: 'PT30M'
    frequency: 'PT15M'
    operator: 'GreaterThan'
    threshold: 3
    byMinute: true
  }
  {
    name: 'no-tokens'
    title: 'No tokens'
    severity: 1
    events: ['token.failed']
    description: 'The platform has given the app no token for ten minutes or more. While validForMinutes is above 0 nothing is felt yet; after that the process reads and sends nothing, and catches up by itself. says are the endpoint\'s own words: "No ... Managed Identity found" means that the identity is not assigned to the function app any more.'
    window: 'PT30M'
    frequency: 'PT15M'
    operator: 'GreaterThan'
    threshold: tokenMinutes
    byMinute: true
  }
  {
    name: 'runs-failing'
    title: 'Runs fail'
    severity: 2
    events: ['poll.failed', 'receive.failed', 'send.failed', 'settle.failed', 'storage.refused']
    description: 'Functions fail again and again; a single failure mends itself, and is not told. Look at error, status and code: permissions, storage, Graph, or a defect.'
    window: 'PT30M'
    frequency: 'PT15M'
    operator: 'GreaterThan'
    threshold: 5
    byMinute: true
  }
  {
    name: 'sweeps-failing'
    title: 'Sweeps fail'
    severity: 2
    events: ['sweep.failed', 'permissions.failed', 'coverage.failed']
    description: 'The sweep, its look at the permissions or the coverage check has failed half of the time for ${sweeping.words}. Late rows and stuck mails wait for it. Look at error, status and code: storage, Graph, or a defect.'
    window: sweeping.duration
    frequency: sweeping.frequency
    operator: 'GreaterThan'
    threshold: sweepsLooked < 3 ? 0 : min(3, sweepsLooked / 2)
  }
  {
    name: 'no-sweep'
    title: 'No sweep'
    severity: 2
    events: ['sweep.finished', 'sweep.failed']
    description: 'The ledger was not swept for ${sweeping.words}, not even in vain: nobody looks for stuck mails, late rows and lost permissions, and the alerts on them are silent. Is sweepLedger switched off, or ended by the host before it is done?'
    window: sweeping.duration
    frequency: sweeping.frequency
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'mails-overdue'
    title: 'Mails are overdue'
    severity: 1
    events: ['sweep.finished']
    filter: 'todouble(line.metrics["mail.overdue_seconds"]) > 3600'
    description: 'A notification has been due for more than an hour, whatever keeps it: Exchange refuses or throttles, users cannot be looked up, storage fails, or no sender runs. It is kept for a week. npm run ledger -- status names the oldest; then look for sender.paused, people.unavailable and send.failed.'
    window: sweeping.duration
    frequency: sweeping.frequency
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'ledger-unreadable'
    title: 'A row of the ledger cannot be read'
    severity: 1
    events: ['ledger.unreadable']
    description: 'This version cannot read a row of the ledger: a later version wrote it, or other hands changed it. Whom it is about is not told until it can be read; everybody else is. Bring back the version that wrote it, or look at the property that the line names.'
    window: sweeping.duration
    frequency: sweeping.frequency
    operator: 'GreaterThan'
    threshold: 0
    // One may stay for weeks, and another is about somebody else.
    incident: ['key']
  }
  {
    name: 'message-poisoned'
    title: 'Message given up by the host'
    severity: 2
    events: ['message.poisoned', 'settle.failed', 'message.foreign', 'ledger.moved']
    description: 'The host gave up on a message of the queue, or the queue or the ledger is not what the app expects. The notification is tried again; look for send.failed before it.'
    window: 'PT30M'
    frequency: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
    once: true
  }
  {
    name: 'bulk-change'
    title: 'One initiator changed very many users'
    severity: 1
    events: ['bulk.guard']
    description: 'One administrator or application changed the sign-in methods of more users than BULK_LIMIT within an hour: a migration, or an attack. Ask whether it was planned.'
    window: 'PT15M'
    frequency: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
    incident: ['initiator']
    once: true
  }
  {
    name: 'permissions-drift'
    title: 'Permissions changed'
    severity: 1
    events: ['permissions.drift']
    description: 'The app lacks a permission that it needs, or holds a broader one than it should. npm run doctor names the fix. It says so once a day, and when it changes, until it is mended.'
    window: 'P1D'
    frequency: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
    // It may last for weeks, and what comes on top may open every mailbox.
    incident: ['missing', 'broader', 'lost', 'senders', 'othersOpen']
  }
  {
    name: 'records-unparsable'
    title: 'Audit rows that cannot be read'
    severity: 2
    events: ['records.unparsable', 'record.nobody', 'property.unread']
    description: 'Rows of the audit log have a shape that the app does not know, or do not say whose change it is. They are kept, and nobody is told of them. Look the records up, and report the reason or the activity.'
    window: 'PT1H'
    frequency: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
    once: true
  }
  {
    name: 'coverage-gap'
    title: 'A method that nobody was told of'
    severity: 1
    events: ['coverage.gap']
    description: 'Somebody has a sign-in method, or lost one, and neither the audit log nor the ledger says why. The line names them by object id, with the kinds; npm run ledger -- gaps lists all. Ask the person by telephone whether it was they.'
    window: 'PT1H'
    frequency: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
    once: true
  }
  {
    name: 'coverage-doubtful'
    title: 'The report on methods is at fault'
    severity: 2
    events: ['coverage.doubtful']
    description: 'So many people at once have changed methods without a trace that the report on registered methods is probably wrong: nobody of them was called a gap. npm run ledger -- gaps lists them with what they had before. If it is the same tomorrow, look at some of them in Entra.'
    window: 'PT1H'
    frequency: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
    once: true
  }
  {
    name: 'coverage-unread'
    title: 'Methods could not be compared'
    severity: 3
    events: ['coverage.unread']
    filter: 'tobool(line.worked)'
    description: 'The report on registered methods could be read before and could not be read to its end now, so nobody knows whether a method went untold. It is read again tomorrow. denied: the licence (Entra ID P1 or P2) or AuditLog.Read.All is gone; half: the report had far fewer people.'
    window: 'PT1H'
    frequency: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
    once: true
  }
  {
    name: 'activity-unknown'
    title: 'Unknown activities'
    severity: 3
    events: ['activity.unknown', 'method.unknown']
    description: 'Entra logged an activity that the catalogue does not name, or a method that we do not know; people were told of a method that could not be named. Report it. Mute only an activity that changes no way to sign in.'
    window: 'PT2H'
    frequency: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
    incident: ['activity']
    once: true
  }
]

var sameIncident = ['event']

// By their names in brackets: some are words of Kusto's.
@description('What some fields of a line say together, in KQL.')
func together(fields string[]) string =>
  'strcat(${join(map(fields, field => 'tostring(line["${field}"])'), ', "; ", ')})'

var metricsPublisherRole = '3913510d-42f4-4e42-8a64-420c390055eb'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${name}'
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

// What Application Insights writes is kept for 90 days whatever the workspace says, until each table
// is told otherwise. Source: Azure Monitor docs, "Manage data retention in a Log Analytics workspace".
var appTables = [
  'AppAvailabilityResults'
  'AppBrowserTimings'
  'AppDependencies'
  'AppEvents'
  'AppExceptions'
  'AppMetrics'
  'AppPageViews'
  'AppPerformanceCounters'
  'AppRequests'
  'AppSystemEvents'
  'AppTraces'
]

// One after the other: a workspace takes one change of its tables at a time.
@batchSize(1)
resource table 'Microsoft.OperationalInsights/workspaces/tables@2025-07-01' = [
  for table in appTables: {
    parent: workspace
    name: table
    properties: {
      retentionInDays: retentionDays
      totalRetentionInDays: retentionDays
    }
    dependsOn: [insights]
  }
]

resource metricsPublisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, identity.id, metricsPublisherRole)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisherRole)
  }
}

// Made even if it tells nobody: receivers can then be added in one place.
resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'secinfo'
    // Azure refuses a receiver that is named twice, in whatever case.
    emailReceivers: [
      for address in union(filter(map(alertMailAddresses, one => toLower(trim(one))), one => !empty(one)), []): {
        name: address
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alertRule 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in alerts: {
    name: '${alert.name}-${name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Security info notifier: ${alert.title}'
      description: '${alert.description} What to do: docs/operate.md, "${alert.title}".'
      severity: alert.severity
      enabled: true
      scopes: [workspace.id]
      windowSize: alert.window
      evaluationFrequency: alert.frequency
      criteria: {
        allOf: [
          {
            query: 'AppTraces | extend line = parse_json(Message) | extend incident = ${together(alert.?incident ?? sameIncident)} | where tostring(line.event) in ("${join(alert.events, '", "')}") | where ${alert.?filter ?? 'true'}${(alert.?byMinute ?? false) ? ' | summarize lines = count() by bin(TimeGenerated, 1m)' : ''}'
            timeAggregation: 'Count'
            operator: alert.operator
            threshold: alert.threshold
            dimensions: alert.?incident == null
              ? []
              : [
                  {
                    name: 'incident'
                    operator: 'Include'
                    values: ['*']
                  }
                ]
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      // Told once while it lasts, and once more when it is over, unless nobody can see that it is.
      autoMitigate: !(alert.?once ?? false)
      // The table appears with the first line of the log.
      skipQueryValidation: true
      actions: {
        actionGroups: [actionGroup.id]
      }
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspace.id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Security info notifier'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: replace(loadTextContent('workbook.json'), '<workspace>', workspace.id)
  }
}

@description('Resource id of Application Insights.')
output insightsId string = insights.id

@description('Resource id of the workbook.')
output workbookId string = workbook.id
