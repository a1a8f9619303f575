# Stands in for Exchange Online and its module: a tenant in the JSON file of $env:EXCHANGE. Behaves as the
# documentation of each command says; what was never documented is refused.

function Read-Tenant { Get-Content $env:EXCHANGE -Raw | ConvertFrom-Json -AsHashtable }
function Write-Tenant($Tenant) { $Tenant | ConvertTo-Json -Depth 8 | Set-Content $env:EXCHANGE }
function Add-Call([string] $Call) { $t = Read-Tenant; $t.calls += $Call; Write-Tenant $t }
$script:connected = $false
function Test-Connected { if (-not $script:connected) { throw 'You must call the Connect-ExchangeOnline cmdlet before calling any other cmdlets.' } }

# A caller's -WhatIf that reaches in here would keep it from signing in: as the real one, it would do nothing.
function Connect-ExchangeOnline {
  [CmdletBinding()]
  param([string] $ExchangeEnvironmentName, [bool] $ShowBanner, [switch] $Device)
  if ($WhatIfPreference) { Add-Call 'Connect-ExchangeOnline under WhatIf'; return }
  $script:connected = $true
  $t = Read-Tenant; $t.environment = $ExchangeEnvironmentName; Write-Tenant $t
  Add-Call "Connect-ExchangeOnline$(if ($Device) { ' -Device' })"
  # Commands come with the sign-in, those that the role allows.
  if ($t.admin) { Set-Item function:global:New-ManagementScope ${function:Add-Scope} }
}
function Get-ConnectionInformation { if ($script:connected) { [pscustomobject]@{ State = 'Connected' } } }

function Get-Mailbox {
  [CmdletBinding()] param([string] $Identity, $ResultSize)
  Test-Connected
  $all = @((Read-Tenant).mailboxes)
  $hit = @($all | Where-Object { -not $Identity -or $Identity -in @($_.PrimarySmtpAddress; $_.Proxies) })
  if ($Identity -and -not $hit) { throw "The operation couldn't be performed because object '$Identity' couldn't be found." }
  $hit | ForEach-Object { [pscustomobject] $_ }
}
function New-Mailbox {
  [CmdletBinding(SupportsShouldProcess)] param([switch] $Shared, [string] $Name, [string] $DisplayName, [string] $PrimarySmtpAddress)
  Test-Connected
  if (-not $Shared) { throw 'A password is needed.' }
  $t = Read-Tenant
  $t.mailboxes += @{ Guid = [guid]::NewGuid().ToString(); PrimarySmtpAddress = $PrimarySmtpAddress; UserPrincipalName = $PrimarySmtpAddress; Proxies = @() }
  Write-Tenant $t; Add-Call "New-Mailbox $PrimarySmtpAddress"
}
function Get-Recipient {
  [CmdletBinding()] param([string] $RecipientPreviewFilter, $ResultSize)
  Test-Connected
  (Read-Tenant).mailboxes | Where-Object { $RecipientPreviewFilter -match "Guid -eq '$($_.Guid)'" } | ForEach-Object { [pscustomobject] $_ }
}
# Without -Identity, and for one that is not there, it lists them all.
function Get-ServicePrincipal { Test-Connected; (Read-Tenant).principals | ForEach-Object { [pscustomobject] $_ } }
function New-ServicePrincipal {
  [CmdletBinding(SupportsShouldProcess)] param([string] $AppId, [string] $ObjectId, [string] $DisplayName)
  Test-Connected
  $t = Read-Tenant; $t.principals += @{ AppId = $AppId; ObjectId = $ObjectId }; Write-Tenant $t; Add-Call "New-ServicePrincipal $AppId"
}
function Get-ManagementScope { Test-Connected; (Read-Tenant).scopes | ForEach-Object { [pscustomobject] $_ } }
function Add-Scope {
  [CmdletBinding(SupportsShouldProcess)] param([string] $Name, [string] $RecipientRestrictionFilter)
  $t = Get-Content $env:EXCHANGE -Raw | ConvertFrom-Json -AsHashtable
  if ($t.bare) { throw 'The command you tried to run isn''t currently allowed in your organization. To run this command, you first need to run the command: Enable-OrganizationCustomization.' }
  # As Exchange writes a filter down: with other brackets and spaces.
  $written = '(' + ($RecipientRestrictionFilter -replace "Guid -eq '([^']+)'", "Guid -eq  '`$1'") + ')'
  $t.scopes += @{ Name = $Name; RecipientFilter = $written }
  $t.calls += "New-ManagementScope $Name"
  $t | ConvertTo-Json -Depth 8 | Set-Content $env:EXCHANGE
}
function Set-ManagementScope {
  [CmdletBinding(SupportsShouldProcess)] param([string] $Identity, [string] $RecipientRestrictionFilter)
  Test-Connected
  $t = Read-Tenant; ($t.scopes | Where-Object { $_.Name -eq $Identity }).RecipientFilter = $RecipientRestrictionFilter
  Write-Tenant $t; Add-Call "Set-ManagementScope $Identity"
}
function New-ManagementRoleAssignment {
  [CmdletBinding(SupportsShouldProcess)] param([string] $Name, [string] $App, [string] $Role, [string] $CustomResourceScope)
  Test-Connected
  if ($Name.Length -gt 64) { throw 'The name is longer than 64 characters.' }
  $t = Read-Tenant; $t.assignments += @{ Name = $Name; App = $App; Role = $Role; Scope = $CustomResourceScope }; Write-Tenant $t; Add-Call "New-ManagementRoleAssignment $Role"
}
function Test-ServicePrincipalAuthorization {
  [CmdletBinding()] param([string] $Identity, [string] $Resource)
  Test-Connected
  $t = Read-Tenant
  if ($Resource -and $t.slow -gt 0) { $t.slow--; Write-Tenant $t; return }
  foreach ($one in $t.assignments | Where-Object { $_.App -eq $Identity }) {
    $filter = ($t.scopes | Where-Object { $_.Name -eq $one.Scope }).RecipientFilter
    $box = $t.mailboxes | Where-Object { $_.PrimarySmtpAddress -eq $Resource }
    $in = if (-not $Resource) { 'Not Run' } elseif (-not $filter) { $true } else { $filter -match $box.Guid }
    [pscustomobject]@{ RoleName = $one.Role; AllowedResourceScope = $one.Scope; ScopeType = 'CustomRecipientScope'; InScope = $in }
  }
}
Export-ModuleMember -Function Connect-ExchangeOnline, Get-ConnectionInformation, Get-Mailbox, New-Mailbox, Get-Recipient, Get-ServicePrincipal, New-ServicePrincipal, Get-ManagementScope, Set-ManagementScope, New-ManagementRoleAssignment, Test-ServicePrincipalAuthorization
