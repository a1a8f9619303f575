#Requires -Version 7.2
<#
.SYNOPSIS
Lets the app's managed identity send from its sender mailboxes, and from no other.

.DESCRIPTION
The part of "npm run grant" that Exchange Online takes from PowerShell alone: docs/permissions.md. Needs the
module ExchangeOnlineManagement, and the role Exchange Administrator or Organization Management. May be run
again, also with other senders: what is there stays. -WhatIf says what would be done, -Confirm:$false does
not ask.

.PARAMETER PrincipalId
Object (principal) id of the app's managed identity.

.PARAMETER AppId
Its client id.

.PARAMETER Senders
Primary addresses of the sender mailboxes, separated by commas.

.PARAMETER SentItems
Also Mail.ReadBasic: looks into Sent Items after a send without a clear answer.

.PARAMETER CreateSharedMailbox
Makes a shared mailbox of each sender address that nobody has.

.PARAMETER Environment
The cloud. Global, if it is left out.

.PARAMETER Device
Signs in with a code on another device, where no browser can be opened.

.EXAMPLE
./infra/grant-exchange.ps1 -PrincipalId <id> -AppId <id> -Senders notify1@contoso.com,notify2@contoso.com
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
  [Parameter(Mandatory)] [guid] $PrincipalId,
  [Parameter(Mandatory)] [guid] $AppId,
  [Parameter(Mandatory)] [string[]] $Senders,
  [switch] $SentItems,
  [switch] $CreateSharedMailbox,
  [switch] $Device,
  [ValidateSet('Global', 'USGov', 'USGovDoD', 'China')] [string] $Environment = 'Global'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Under "pwsh -File" this script's variables are global, and the functions of a module would heed -WhatIf too:
# what signs in, and looks, must do so either way.
$dryRun = [bool] $WhatIfPreference
$WhatIfPreference = $false

# The first version whose commands all go by REST, and that signs in with -Device on PowerShell 7.
$module = 'ExchangeOnlineManagement'
$leastVersion = [version] '3.2.0'
$tries = 6
$retrySeconds = if ($env:GRANT_RETRY_SECONDS) { [int] $env:GRANT_RETRY_SECONDS } else { 10 }

function Test-Step([string] $Target, [string] $Action) {
  if ($dryRun) { Write-Host "What if: $Action ($Target)" }
  (-not $dryRun) -and $PSCmdlet.ShouldProcess($Target, $Action)
}

if ($PrincipalId -eq [guid]::Empty -or $AppId -eq [guid]::Empty) { throw '-PrincipalId and -AppId must be the ids of the identity, not zeroes.' }
if ($PrincipalId -eq $AppId) { throw '-PrincipalId is the object id of the identity, and -AppId its client id: they are never the same.' }
$addresses = @($Senders | ForEach-Object { $_ -split ',' } | ForEach-Object { $_.Trim() } |
    Where-Object { $_ } | Sort-Object -Unique)
if (-not $addresses) { throw '-Senders names no address.' }
foreach ($address in $addresses) {
  if ($address -notmatch "^[A-Za-z0-9_][A-Za-z0-9._+'-]*@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}$") {
    throw "-Senders must be mail addresses, separated by commas: $address"
  }
}

$found = Get-Module -ListAvailable -Name $module | Sort-Object -Property Version -Descending | Select-Object -First 1
if (-not $found -or $found.Version -lt $leastVersion) {
  $has = if ($found) { "has version $($found.Version)" } else { 'is not installed' }
  throw "The PowerShell module $module $has, and $leastVersion or newer is needed: Install-Module $module -Scope CurrentUser"
}
Import-Module $module -MinimumVersion $leastVersion

# What signs in is told the cloud by its own name. Source: Exchange docs, "Connect-ExchangeOnline".
$clouds = @{
  Global = 'O365Default'; USGov = 'O365USGovGCCHigh'; USGovDoD = 'O365USGovDoD'; China = 'O365China'
}
if (-not (Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })) {
  $how = @{ ExchangeEnvironmentName = $clouds[$Environment]; ShowBanner = $false }
  if ($Device) { $how.Device = $true }
  Connect-ExchangeOnline @how
}
# Exchange hides the commands that somebody may not use.
if (-not (Get-Command New-ManagementScope -ErrorAction SilentlyContinue)) {
  throw 'Exchange refuses: whoever runs this needs the role Exchange Administrator, or Organization Management.'
}

$name = "Notifier $PrincipalId"
$roles = @('Application Mail.Send')
if ($SentItems) { $roles += 'Application Mail.ReadBasic' }

# A new mailbox is not known everywhere at once.
function Find-Mailbox([string] $Address, [int] $Limit = 1) {
  for ($try = 1; ; $try++) {
    $all = @(try { Get-Mailbox -Identity $Address } catch { Write-Verbose "$_" })
    if ($all.Count -eq 1 -and "$($all[0].PrimarySmtpAddress)" -eq $Address) { return $all[0] }
    if ($try -ge $Limit) { return }
    Start-Sleep -Seconds $retrySeconds
  }
}

$mailboxes = @(foreach ($address in $addresses) {
    $mailbox = Find-Mailbox $address
    if (-not $mailbox -and $CreateSharedMailbox) {
      if (-not (Test-Step $address 'Create a shared mailbox')) { continue }
      $alias = ($address -split '@')[0]
      New-Mailbox -Shared -Name $alias -DisplayName 'Security info' -PrimarySmtpAddress $address | Out-Null
      $mailbox = Find-Mailbox $address $tries
    }
    if (-not $mailbox) {
      throw "No mailbox has this primary address: $address. Correct it, or let -CreateSharedMailbox make it."
    }
    if ("$($mailbox.UserPrincipalName)" -ne $address) {
      Write-Host "Graph may know $address only by its user principal name, $($mailbox.UserPrincipalName)."
    }
    $mailbox
  })
if ($mailboxes.Count -lt $addresses.Count) {
  Write-Host 'Nothing else was done: a sender has no mailbox yet.'
  exit 0
}

# By the mailboxes' GUIDs. A filter by address would match every recipient that has it among its
# proxy addresses, and whoever is given a freed address later.
$guids = @($mailboxes | ForEach-Object { "$($_.Guid)" } | Sort-Object -Unique)
$filter = ($guids | ForEach-Object { "(Guid -eq '$_')" }) -join ' -or '

$matching = @(Get-Recipient -RecipientPreviewFilter $filter -ResultSize Unlimited | ForEach-Object { "$($_.Guid)" } |
    Sort-Object -Unique)
if (($matching -join ',') -ne ($guids -join ',')) { throw "The scope would not be these mailboxes alone: $($matching -join ', ')" }

# Exchange may write a filter down in its own way: what counts is that it names these, and says nothing else.
function Test-Filter([string] $Text) {
  $clause = "Guid\s+-eq\s+'([0-9a-f-]{36})'"
  $named = @([regex]::Matches($Text, $clause, 'IgnoreCase') | ForEach-Object { $_.Groups[1].Value } | Sort-Object -Unique)
  $rest = [regex]::Replace($Text, $clause, '', 'IgnoreCase') -replace '-or|[\s()]', ''
  (-not $rest) -and ($named -join ',') -eq ($guids -join ',')
}

# Looked up among all: for an identity that is not there, Exchange may answer with everything.
$principal = Get-ServicePrincipal | Where-Object { "$($_.ObjectId)" -eq "$PrincipalId" }
$scope = Get-ManagementScope | Where-Object { $_.Name -eq $name }
if ($principal -and "$($principal.AppId)" -ne "$AppId") { throw "Exchange knows this identity by another client id: $($principal.AppId)" }
$held = @(if ($principal) { Test-ServicePrincipalAuthorization -Identity "$PrincipalId" })
$heldRoles = @($held | ForEach-Object { $_.RoleName })

$wider = @($held | Where-Object { $_.RoleName -match 'Mail|EWS|Exchange' -and $_.AllowedResourceScope -ne $name })
if ($wider) {
  Write-Host ($wider | Format-Table -Property @('RoleName', 'AllowedResourceScope', 'ScopeType') | Out-String)
  throw 'The identity has roles in Exchange beyond these senders. Find them with Get-ManagementRoleAssignment, take them back with Remove-ManagementRoleAssignment, and run this again.'
}

function Write-Plan([string] $Verb, [string] $What) { Write-Host "  $($Verb.PadRight(6)) $What" }
Write-Host 'Plan, in Exchange:'
Write-Plan ($principal ? 'has' : 'create') "service principal $AppId"
Write-Plan (-not $scope ? 'create' : (Test-Filter $scope.RecipientFilter) ? 'has' : 'change') "scope '$name': $($addresses -join ', ')"
foreach ($role in $roles) { Write-Plan ($role -in $heldRoles ? 'has' : 'assign') $role }

if (-not $principal -and (Test-Step "$AppId" 'Create the service principal in Exchange')) {
  New-ServicePrincipal -AppId "$AppId" -ObjectId "$PrincipalId" -DisplayName 'security-info-notifier' | Out-Null
}
try {
  if (-not $scope -and (Test-Step $name "Create the scope for $($addresses -join ', ')")) {
    New-ManagementScope -Name $name -RecipientRestrictionFilter $filter | Out-Null
  } elseif ($scope -and -not (Test-Filter $scope.RecipientFilter) -and (Test-Step $name "Change the scope to $($addresses -join ', ')")) {
    Set-ManagementScope -Identity $name -RecipientRestrictionFilter $filter -Confirm:$false
  }
} catch {
  if ("$_" -notmatch 'Enable-OrganizationCustomization') { throw }
  throw 'This tenant has never had roles of its own in Exchange: run Enable-OrganizationCustomization once, wait a few minutes, and run this again.'
}
foreach ($role in @($roles | Where-Object { $_ -notin $heldRoles })) {
  if (Test-Step $name "Assign $role") {
    $assignment = "$name $($role -replace '^Application ', '')"
    New-ManagementRoleAssignment -Name $assignment -App "$PrincipalId" -Role $role -CustomResourceScope $name | Out-Null
  }
}
if ($dryRun) { exit 0 }

# This asks Exchange for what it will decide, before its caches follow (up to 2 h).
function Get-Open([string] $Mailbox) {
  @(Test-ServicePrincipalAuthorization -Identity "$PrincipalId" -Resource $Mailbox |
      Where-Object { "$($_.InScope)" -eq 'True' } | ForEach-Object { $_.RoleName })
}
$result = @(foreach ($address in $addresses) {
    for ($try = 1; ; $try++) {
      $open = @(Get-Open $address)
      $lacking = @($roles | Where-Object { $_ -notin $open })
      if (-not $lacking) { break }
      if ($try -ge $tries) { throw "${address}: $($lacking -join ', ') is not in force. Run this again in a minute." }
      Start-Sleep -Seconds $retrySeconds
    }
    [pscustomobject]@{ Mailbox = $address; Sender = 'yes'; Open = $open -join ', ' }
  })
$other = Get-Mailbox -ResultSize 50 -WarningAction SilentlyContinue |
  Where-Object { "$($_.PrimarySmtpAddress)" -notin $addresses } | Select-Object -First 1
$open = @(if ($other) { Get-Open "$($other.PrimarySmtpAddress)" })
if ($other) {
  $result += [pscustomobject]@{ Mailbox = "$($other.PrimarySmtpAddress)"; Sender = 'no'; Open = $open -join ', ' }
}
Write-Host ($result | Format-Table | Out-String)
if (-not $other) { Write-Host 'There is no other mailbox to try.' }
if ($open) { throw "$($other.PrimarySmtpAddress), no sender, is open to the app: $($open -join ', ')" }
Write-Host 'Exchange: these mailboxes alone. It takes up to 2 h everywhere.'
