#Requires -Version 7.2
<#
.SYNOPSIS
Grants the app's managed identity what it needs, and nothing that opens other mailboxes.

.DESCRIPTION
See docs/permissions.md. Needs the modules Microsoft.Graph.Authentication (unless -ExchangeOnly) and
ExchangeOnlineManagement. May be run again: what is there stays. -WhatIf says what would be done,
-Confirm:$false does not ask.

.PARAMETER PrincipalId
Object (principal) id of the app's managed identity, not its client id.

.PARAMETER Senders
Primary addresses of the sender mailboxes, separated by commas.

.PARAMETER Passkeys
Also UserAuthMethod-Passkey.Read.All: details of passkeys (--passkeys of the .sh).

.PARAMETER Methods
Also UserAuthenticationMethod.Read.All: confirms unclear audit records (--methods).

.PARAMETER SentItems
Also Mail.ReadBasic, in Exchange: looks after sends without a clear answer (--sent-items).

.PARAMETER RemoveTenantWide
Takes back permissions that open every mailbox (--remove-tenant-wide).

.PARAMETER ExchangeOnly
Does the Exchange part alone. Needs -AppId.

.PARAMETER AppId
Client id of the managed identity. Graph is asked for it unless -ExchangeOnly.

.EXAMPLE
./infra/grant-permissions.ps1 -PrincipalId <id> -Senders notify1@contoso.com,notify2@contoso.com
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
  [Parameter(Mandatory)] [guid] $PrincipalId,
  [Parameter(Mandatory)] [string[]] $Senders,
  [switch] $Passkeys,
  [switch] $Methods,
  [switch] $SentItems,
  [switch] $RemoveTenantWide,
  [switch] $ExchangeOnly,
  [guid] $AppId,
  [ValidateSet('Global', 'USGov', 'USGovDoD', 'China')] [string] $Environment = 'Global'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$addresses = @($Senders | ForEach-Object { $_ -split ',' } | ForEach-Object { $_.Trim() } |
    Where-Object { $_ } | Sort-Object -Unique)
if (-not $addresses) { throw '-Senders names no address.' }
foreach ($address in $addresses) {
  if ($address -notmatch "^[A-Za-z0-9_][A-Za-z0-9._+'-]*@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}$") {
    throw "-Senders must be mail addresses, separated by commas: $address"
  }
}
if ($ExchangeOnly -and $AppId -eq [guid]::Empty) { throw '-ExchangeOnly needs -AppId, the client id of the identity.' }

$graphApp = '00000003-0000-0000-c000-000000000000'
$exchangeApp = '00000002-0000-0ff1-ce00-000000000000'
$retrySeconds = [int]($env:GRANT_RETRY_SECONDS ?? 10)
$tries = 6

# As in functions/permissions/needed.ts. Exchange grants Mail.Send
# (b633e1c5-b582-4048-a93e-9f11b44c7e96) and Mail.ReadBasic (6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a)
# for the sender mailboxes alone: in Entra both would be for every mailbox of the tenant.
$wanted = [ordered]@{
  'AuditLog.Read.All'  = 'b0afded3-3588-46d8-8b3d-9842eff778da'
  'Directory.Read.All' = '7ab1d382-f21e-4acd-a863-ba3e13f7da61'
}
if ($Passkeys) { $wanted['UserAuthMethod-Passkey.Read.All'] = '72e00c1d-3e3d-43bb-a0b9-c435611bb1d2' }
if ($Methods) { $wanted['UserAuthenticationMethod.Read.All'] = '38d9df27-64da-44fd-b7c5-a6fbac20248f' }
$roles = @('Application Mail.Send')
if ($SentItems) { $roles += 'Application Mail.ReadBasic' }

# A new identity is not known everywhere at once: 404 is tried again.
function Invoke-Graph([string] $Method, [string] $Uri, [hashtable] $Body, [int] $Limit = $tries) {
  for ($try = 1; ; $try++) {
    try {
      $request = @{ Method = $Method; Uri = $Uri; OutputType = 'PSObject' }
      if ($Body) { $request.Body = $Body | ConvertTo-Json; $request.ContentType = 'application/json' }
      return Invoke-MgGraphRequest @request
    } catch {
      $text = "$($_.Exception.Message) $($_.ErrorDetails)"
      if ($text -match 'Forbidden|Authorization_RequestDenied') {
        throw "Graph refuses: whoever runs this needs the role Privileged Role Administrator. $text"
      }
      if ($text -notmatch 'NotFound|Request_ResourceNotFound' -or $try -ge $Limit) { throw }
      Write-Host "Not known to Graph yet, once more in $retrySeconds s ($try)."
      Start-Sleep -Seconds $retrySeconds
    }
  }
}

function Read-Assigned {
  $uri = "/v1.0/servicePrincipals/$PrincipalId/appRoleAssignments?`$top=999"
  while ($uri) {
    $page = Invoke-Graph GET $uri
    $page.value
    $uri = $page.PSObject.Properties['@odata.nextLink']?.Value
  }
}

# What opens mailboxes of the whole tenant: Mail... on Graph, and anything on Exchange itself.
function Select-TenantWide($Assigned, $Graph, $Exchange) {
  foreach ($one in $Assigned) {
    $on = @($Graph, $Exchange) | Where-Object { $_ -and $_.id -eq $one.resourceId }
    if (-not $on) { continue }
    $role = $on.appRoles | Where-Object { $_.id -eq $one.appRoleId }
    $value = if ($role) { $role.value } else { $one.appRoleId }
    if ($on.id -ne $Graph.id -or $value -match '^(Mail|full_access_as_app)') {
      [pscustomobject]@{ id = $one.id; value = $value }
    }
  }
}

function Select-Missing($Assigned, $Graph) {
  $there = @($Assigned | Where-Object { $_.resourceId -eq $Graph.id } | ForEach-Object { $_.appRoleId })
  $wanted.Keys | Where-Object { $wanted[$_] -notin $there }
}

if (-not $ExchangeOnly) {
  if (-not (Get-MgContext)) {
    Connect-MgGraph -Environment $Environment -NoWelcome -Scopes Application.Read.All, AppRoleAssignment.ReadWrite.All
  }
  $identity = Invoke-Graph GET "/v1.0/servicePrincipals/$PrincipalId"
  $AppId = $identity.appId
  $graph = Invoke-Graph GET "/v1.0/servicePrincipals(appId='$graphApp')"
  $exchange = $null
  try {
    $exchange = Invoke-Graph GET "/v1.0/servicePrincipals(appId='$exchangeApp')" -Limit 1
  } catch {
    # A tenant may have no Exchange.
    if ("$($_.Exception.Message) $($_.ErrorDetails)" -notmatch 'NotFound') { throw }
  }

  $assigned = @(Read-Assigned)
  $tenantWide = @(Select-TenantWide $assigned $graph $exchange)
  $missing = @(Select-Missing $assigned $graph)
  Write-Host "Identity: $($identity.displayName), principal $PrincipalId, client $AppId"
  Write-Host 'Plan, in Entra:'
  foreach ($name in $wanted.Keys) {
    $verb = if ($name -in $missing) { 'grant ' } else { 'has   ' }
    Write-Host "  $verb $name ($($wanted[$name]))"
  }
  foreach ($one in $tenantWide) {
    $verb = if ($RemoveTenantWide) { 'remove ' } else { 'REFUSED' }
    Write-Host "  $verb $($one.value): it opens every mailbox"
  }

  if ($tenantWide -and -not $RemoveTenantWide) {
    Write-Host 'A mail permission is consented for the whole tenant. It opens every mailbox to the app and'
    Write-Host 'voids the scope in Exchange, since grants add up. Nothing was changed. Remove it with'
    foreach ($one in $tenantWide) {
      Write-Host "  Invoke-MgGraphRequest -Method DELETE -Uri '/v1.0/servicePrincipals/$PrincipalId/appRoleAssignments/$($one.id)'"
    }
    Write-Host 'or run this again with -RemoveTenantWide.'
    exit 4
  }

  foreach ($one in $tenantWide) {
    if ($PSCmdlet.ShouldProcess($identity.displayName, "Remove $($one.value) in Entra")) {
      Invoke-Graph DELETE "/v1.0/servicePrincipals/$PrincipalId/appRoleAssignments/$($one.id)" | Out-Null
    }
  }
  foreach ($name in $missing) {
    if ($PSCmdlet.ShouldProcess($identity.displayName, "Grant $name in Entra")) {
      $body = @{ principalId = "$PrincipalId"; resourceId = $graph.id; appRoleId = $wanted[$name] }
      Invoke-Graph POST "/v1.0/servicePrincipals/$PrincipalId/appRoleAssignments" $body | Out-Null
    }
  }

  if (-not $WhatIfPreference) {
    # Read back: what was written may take a moment to be seen.
    for ($try = 1; ; $try++) {
      $assigned = @(Read-Assigned)
      $left = @(Select-Missing $assigned $graph) + @(Select-TenantWide $assigned $graph $exchange)
      if (-not $left) { break }
      if ($try -ge $tries) { throw 'Entra: not everything was done. Run this again in a minute.' }
      Start-Sleep -Seconds $retrySeconds
    }
    Write-Host 'Entra: all there, and nothing that opens every mailbox.'
  }
}

$exchangeNames = @{
  Global = 'O365Default'; USGov = 'O365USGovGCCHigh'; USGovDoD = 'O365USGovDoD'; China = 'O365China'
}
if (-not (Get-ConnectionInformation)) {
  Connect-ExchangeOnline -ExchangeEnvironmentName $exchangeNames[$Environment] -ShowBanner:$false
}
# Exchange hides the commands that somebody may not use.
if (-not (Get-Command New-ManagementScope -ErrorAction SilentlyContinue)) {
  throw 'Exchange refuses: whoever runs this needs the role Exchange Administrator, or Organization Management.'
}

$name = "Notifier $PrincipalId"
$filter = ($addresses | ForEach-Object { "(PrimarySmtpAddress -eq '$($_ -replace "'", "''")')" }) -join ' -or '

# A name that is no mailbox's primary address would leave a sender out; a filter that says more would let others in.
$matching = @(Get-Recipient -RecipientPreviewFilter $filter -ResultSize Unlimited |
    ForEach-Object { "$($_.PrimarySmtpAddress)" })
$unknown = @($addresses | Where-Object { $_ -notin $matching })
if ($unknown) { throw "No mailbox has this primary address: $($unknown -join ', ')" }
if ($matching.Count -ne $addresses.Count) { throw "The scope would have others in it: $($matching -join ', ')" }

# Exchange may write a filter down in its own way: what counts is that it names these, and says nothing else.
function Test-Filter([string] $Text) {
  $clause = "\(*\s*PrimarySmtpAddress\s+-eq\s+'((?:[^']|'')*)'\s*\)*"
  $named = @([regex]::Matches($Text, $clause, 'IgnoreCase') | ForEach-Object { $_.Groups[1].Value -replace "''", "'" })
  $rest = [regex]::Replace($Text, $clause, '', 'IgnoreCase') -replace '-or|[\s()]', ''
  (-not $rest) -and (($named | Sort-Object -Unique) -join ',') -eq ($addresses -join ',')
}

$principal = Get-ServicePrincipal -Identity "$PrincipalId" -ErrorAction SilentlyContinue
$scope = Get-ManagementScope -Identity $name -ErrorAction SilentlyContinue
$held = @(if ($principal) { Test-ServicePrincipalAuthorization -Identity "$PrincipalId" })
$heldRoles = @($held | ForEach-Object { $_.RoleName })

$wider = @($held | Where-Object { $_.RoleName -match 'Mail|EWS|Exchange' -and $_.AllowedResourceScope -ne $name })
if ($wider) {
  Write-Host ($wider | Format-Table RoleName, AllowedResourceScope, ScopeType | Out-String)
  throw "The identity has roles in Exchange beyond these senders. Find them with Get-ManagementRoleAssignment, take them back with Remove-ManagementRoleAssignment, and run this again."
}

Write-Host 'Plan, in Exchange:'
Write-Host "  $(if ($principal) { 'has   ' } else { 'create' }) service principal $AppId"
Write-Host "  $(if (-not $scope) { 'create' } elseif (Test-Filter $scope.RecipientFilter) { 'has   ' } else { 'change' }) scope '$name': $($addresses -join ', ')"
foreach ($role in $roles) {
  Write-Host "  $(if ($role -in $heldRoles) { 'has   ' } else { 'assign' }) $role"
}

if (-not $principal) {
  if ($PSCmdlet.ShouldProcess("$AppId", 'Create the service principal in Exchange')) {
    New-ServicePrincipal -AppId "$AppId" -ObjectId "$PrincipalId" -DisplayName 'security-info-notifier' | Out-Null
  }
}
if (-not $scope) {
  if ($PSCmdlet.ShouldProcess($name, "Create the scope for $($addresses -join ', ')")) {
    New-ManagementScope -Name $name -RecipientRestrictionFilter $filter | Out-Null
  }
} elseif (-not (Test-Filter $scope.RecipientFilter)) {
  if ($PSCmdlet.ShouldProcess($name, "Change the scope to $($addresses -join ', ')")) {
    Set-ManagementScope -Identity $name -RecipientRestrictionFilter $filter -Confirm:$false
  }
}
foreach ($role in @($roles | Where-Object { $_ -notin $heldRoles })) {
  if ($PSCmdlet.ShouldProcess($name, "Assign $role")) {
    $assignment = "$name $($role -replace '^Application ', '')"
    New-ManagementRoleAssignment -Name $assignment -App "$PrincipalId" -Role $role -CustomResourceScope $name | Out-Null
  }
}
if ($WhatIfPreference) { exit 0 }

# This asks Exchange for what it will decide, before its caches follow (up to 2 h).
foreach ($address in $addresses) {
  $open = @(Test-ServicePrincipalAuthorization -Identity "$PrincipalId" -Resource $address |
      Where-Object { "$($_.InScope)" -eq 'True' } | ForEach-Object { $_.RoleName })
  $lacking = @($roles | Where-Object { $_ -notin $open })
  if ($lacking) { throw "${address}: $($lacking -join ', ') is not in force. Run this again in a minute." }
  Write-Host "${address}: $($open -join ', ')"
}
$other = Get-Mailbox -ResultSize 50 -WarningAction SilentlyContinue |
  Where-Object { "$($_.PrimarySmtpAddress)" -notin $addresses } | Select-Object -First 1
if ($other) {
  $open = @(Test-ServicePrincipalAuthorization -Identity "$PrincipalId" -Resource "$($other.PrimarySmtpAddress)" |
      Where-Object { "$($_.InScope)" -eq 'True' })
  if ($open) { throw "$($other.PrimarySmtpAddress), no sender, is open to the app: $($open.RoleName -join ', ')" }
  Write-Host "$($other.PrimarySmtpAddress), no sender: closed."
} else {
  Write-Host 'There is no other mailbox to try.'
}
Write-Host 'Exchange: these mailboxes alone. It takes up to 2 h everywhere.'
