#!/usr/bin/env bash
# Grants the app's managed identity what it needs, and nothing that opens other mailboxes.
# See docs/permissions.md. For bash 3.2 and later, with the Azure CLI alone.
set -euo pipefail
export LC_ALL=C

usage() {
  cat <<'END'
Usage: infra/grant-permissions.sh --principal-id ID --senders ADDRESS[,ADDRESS...] [options]

  --principal-id ID     object (principal) id of the app's managed identity, not its client id
  --senders LIST        primary addresses of the sender mailboxes, separated by commas
  --passkeys            also UserAuthMethod-Passkey.Read.All: details of passkeys
  --methods             also UserAuthenticationMethod.Read.All: confirms unclear audit records
  --sent-items          also Mail.ReadBasic, in Exchange: looks after sends without a clear answer
  --remove-tenant-wide  takes back permissions that open every mailbox
  --dry-run             says what would be done, and changes nothing
  --yes                 does not ask

Ends with 0 when all is done, 1 on failure, 2 on wrong options, 3 when the Exchange part is still to
do, 4 while a permission opens every mailbox.
END
}

graph_app=00000003-0000-0000-c000-000000000000
exchange_app=00000002-0000-0ff1-ce00-000000000000
retry_seconds=${GRANT_RETRY_SECONDS:-10}
tries=6

say() { printf '%s\n' "$*"; }
fail() { # exit code, what is wrong
  local code=$1
  shift
  printf '%s\n' "$*" >&2
  exit "$code"
}

# id, name: as in functions/permissions/needed.ts.
wanted='b0afded3-3588-46d8-8b3d-9842eff778da AuditLog.Read.All
7ab1d382-f21e-4acd-a863-ba3e13f7da61 Directory.Read.All'
passkeys='72e00c1d-3e3d-43bb-a0b9-c435611bb1d2 UserAuthMethod-Passkey.Read.All'
methods='38d9df27-64da-44fd-b7c5-a6fbac20248f UserAuthenticationMethod.Read.All'
known="$wanted
$passkeys
$methods"
# Exchange grants Mail.Send (b633e1c5-b582-4048-a93e-9f11b44c7e96) and, with --sent-items,
# Mail.ReadBasic (6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a) for the sender mailboxes alone. Here both
# would be for every mailbox of the tenant.

principal='' senders='' sent_items='' remove='' dry_run='' yes=''
while [ $# -gt 0 ]; do
  case $1 in
    --principal-id | --senders)
      [ $# -gt 1 ] || fail 2 "$1 needs a value."
      if [ "$1" = --senders ]; then senders=$2; else principal=$2; fi
      shift
      ;;
    --passkeys) wanted="$wanted
$passkeys" ;;
    --methods) wanted="$wanted
$methods" ;;
    --sent-items) sent_items=1 ;;
    --remove-tenant-wide) remove=1 ;;
    --dry-run) dry_run=1 ;;
    --yes) yes=1 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && fail 2 "Unknown option: $1" ;;
  esac
  shift
done

guid='^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
[[ $principal =~ $guid ]] || fail 2 "--principal-id must be the object id of the managed identity, a GUID."
principal=$(printf %s "$principal" | tr A-F a-f)
senders=$(printf %s "$senders" | tr -d ' ')
address="[A-Za-z0-9_][A-Za-z0-9._+'-]*@([A-Za-z0-9-]+\\.)+[A-Za-z0-9-]{2,}"
list="^$address(,$address)*\$"
[[ $senders =~ $list ]] || fail 2 "--senders must be mail addresses, separated by commas."
[[ $retry_seconds =~ ^[0-9]+$ ]] || fail 2 "GRANT_RETRY_SECONDS must be a number."

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

# Asks Graph; its answer is in $answer. A new identity is not known everywhere at once: 404 is
# tried again, $tries times.
answer=''
graph() { # method, path or address, more for az
  local method=$1 url=$2 try=1
  shift 2
  case $url in https://*) ;; *) url=$graph_url/v1.0/$url ;; esac
  while ! answer=$(az rest --method "$method" --url "$url" "$@" 2>"$errors" | tr -d '\r'); do
    if grep -Eq 'Forbidden\(|Authorization_RequestDenied' "$errors"; then
      cat "$errors" >&2
      fail 1 "Graph refuses: whoever runs this needs the role Privileged Role Administrator (az login as them)."
    fi
    if ! grep -Eq 'Not Found\(|Request_ResourceNotFound' "$errors" || [ $try -ge "$tries" ]; then
      return 1
    fi
    say "Not known to Graph yet, once more in $retry_seconds s ($try)." >&2
    sleep "$retry_seconds"
    try=$((try + 1))
  done
}

# All app roles of the identity: assignment, resource and role, by tabs.
assigned=''
read_assigned() {
  local url="servicePrincipals/$principal/appRoleAssignments?\$top=999"
  assigned=''
  while [ -n "$url" ] && [ "$url" != None ]; do
    graph get "$url" --query 'value[].[id, resourceId, appRoleId]' --output tsv || give_up
    assigned="$assigned$answer
"
    graph get "$url" --query '"@odata.nextLink"' --output tsv || give_up
    url=$answer
  done
}
give_up() {
  cat "$errors" >&2
  fail 1 "${1:-Graph did not do it. This may be run again safely.}"
}

cloud=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv | tr -d '\r')
graph_url=${cloud%/}
case $graph_url in
  https://graph.microsoft.com) environment=Global ;;
  https://graph.microsoft.us) environment=USGov ;;
  https://dod-graph.microsoft.us) environment=USGovDoD ;;
  https://microsoftgraph.chinacloudapi.cn) environment=China ;;
  *) fail 1 "Unknown Graph endpoint of this cloud (az cloud show): $graph_url" ;;
esac

graph get "servicePrincipals/$principal" \
  --query '[[appId, servicePrincipalType, displayName]]' --output tsv ||
  give_up "No such identity: --principal-id is its object (principal) id, not its client id."
IFS=$'\t' read -r app_id kind name <<<"$answer"
[[ $app_id =~ $guid ]] || fail 1 "Graph gave no client id for $principal."

graph get "servicePrincipals(appId='$graph_app')" --query id --output tsv || give_up
graph_sp=$answer
graph get "servicePrincipals(appId='$graph_app')" --query 'appRoles[].[id, value]' --output tsv ||
  give_up
graph_roles=$answer
exchange_sp='' exchange_roles=''
tries=1 # A tenant may have no Exchange.
if graph get "servicePrincipals(appId='$exchange_app')" --query id --output tsv; then
  exchange_sp=$answer
  graph get "servicePrincipals(appId='$exchange_app')" --query 'appRoles[].[id, value]' \
    --output tsv || give_up
  exchange_roles=$answer
elif ! grep -Eq 'Not Found\(|Request_ResourceNotFound' "$errors"; then
  give_up
fi
tries=6

name_of() { # role id, list of roles
  local id value
  while IFS=$'\t' read -r id value; do
    if [ "$id" = "$1" ]; then
      printf %s "$value"
      return
    fi
  done <<<"$2"
  printf %s "$1"
}

# What opens mailboxes of the whole tenant: Mail… on Graph, and anything on Exchange itself.
tenant_wide='' # assignment, name
not_needed=''
sort_assigned() {
  local assignment resource role value
  tenant_wide='' not_needed=''
  while IFS=$'\t' read -r assignment resource role; do
    if [ -n "$exchange_sp" ] && [ "$resource" = "$exchange_sp" ]; then
      tenant_wide="$tenant_wide$assignment $(name_of "$role" "$exchange_roles")
"
    elif [ "$resource" = "$graph_sp" ]; then
      value=$(name_of "$role" "$graph_roles")
      case $value in
        Mail* | full_access_as_app) tenant_wide="$tenant_wide$assignment $value
" ;;
        *) case $known in *"$role"*) ;; *) not_needed="$not_needed $value" ;; esac ;;
      esac
    fi
  done <<<"$assigned"
}
has() { # role id
  case $assigned in *"$graph_sp	$1"*) ;; *) return 1 ;; esac
}
missing() {
  local id value
  while read -r id value; do
    has "$id" || say "$id $value"
  done <<<"$wanted"
}

read_assigned
sort_assigned
to_grant=$(missing)

say "Identity: $name ($kind), principal $principal, client $app_id"
say "Plan, in Entra:"
while read -r id value; do
  if has "$id"; then say "  has    $value"; else say "  grant  $value ($id)"; fi
done <<<"$wanted"
if [ -n "$not_needed" ]; then say "  leave  (not needed by the app)$not_needed"; fi
if [ -n "$remove" ]; then verb=remove; else verb=REFUSED; fi
while read -r id value; do
  [ -z "$id" ] || say "  $verb $value: it opens every mailbox"
done <<<"$tenant_wide"
say "Plan, in Exchange:"
say "  Application Mail.Send${sent_items:+ and Application Mail.ReadBasic}, for these alone: $senders"

if [ -n "$tenant_wide" ] && [ -z "$remove" ]; then
  {
    say "A mail permission is consented for the whole tenant. It opens every mailbox to the app and voids"
    say "the scope in Exchange, since grants add up. Nothing was changed. Remove it with"
    while read -r id value; do
      [ -z "$id" ] ||
        say "  az rest --method delete --url $graph_url/v1.0/servicePrincipals/$principal/appRoleAssignments/$id"
    done <<<"$tenant_wide"
    say "or run this again with --remove-tenant-wide."
  } >&2
  exit 4
fi

if [ -z "$dry_run" ] && [ -z "$yes" ]; then
  printf 'Go ahead? [y/N] '
  read -r reply || reply=''
  case $reply in y | Y | yes) ;; *) fail 1 "Nothing was changed." ;; esac
fi

if [ -z "$dry_run" ]; then
  while read -r id value; do
    [ -n "$id" ] || continue
    graph delete "servicePrincipals/$principal/appRoleAssignments/$id" || give_up
    say "Removed $value."
  done <<<"$tenant_wide"
  while read -r id value; do
    [ -n "$id" ] || continue
    body="{\"principalId\":\"$principal\",\"resourceId\":\"$graph_sp\",\"appRoleId\":\"$id\"}"
    graph post "servicePrincipals/$principal/appRoleAssignments" \
      --headers Content-Type=application/json --body "$body" --output none ||
      grep -q 'already exists' "$errors" || give_up
    say "Granted $value."
  done <<<"$to_grant"

  # Read back: what was written may take a moment to be seen.
  try=1
  read_assigned && sort_assigned
  while [ -n "$(missing)$tenant_wide" ]; do
    [ $try -lt $tries ] || fail 1 "Reading back shows otherwise: run this again in a minute."
    sleep "$retry_seconds"
    try=$((try + 1))
    read_assigned && sort_assigned
  done
  say "Entra: all there, and nothing that opens every mailbox."
fi

script=$(dirname "$0")/grant-permissions.ps1
exchange=(-ExchangeOnly -PrincipalId "$principal" -AppId "$app_id" -Environment "$environment")
if [ -n "$sent_items" ]; then exchange+=(-SentItems); fi
if ! command -v pwsh >/dev/null; then
  say "Exchange part still to do"
  say "In PowerShell or Cloud Shell, as Exchange Administrator:"
  say "  ./infra/grant-permissions.ps1 ${exchange[*]} -Senders \"$senders\""
  [ -n "$dry_run" ] || exit 3
  exit 0
fi
if [ -n "$dry_run" ]; then exchange+=(-WhatIf); fi
if [ -n "$yes" ]; then exchange+=('-Confirm:$false'); fi
pwsh -NoProfile -File "$script" "${exchange[@]}" -Senders "$senders" ||
  fail 1 "The Exchange part did not succeed: see above. It may be run again safely."
