#!/bin/sh
# NCrontab 3.4.0 (NuGet), which reads the schedules of Azure Functions' timers. Needs the .NET SDK.
# Expected: TryParse gives null for what it can't take, and throws nothing, as everywhere in .NET.
# Seen: a number of more than 32 bits in a field is an OverflowException out of TryParse. Whoever checks a
# schedule by it must catch as well.
set -eu
command -v dotnet >/dev/null || { echo "skipped: there is no dotnet"; exit 0; }
cd "$(mktemp -d)"
dotnet new console --output . --name see >/dev/null
dotnet add package NCrontab --version 3.4.0 >/dev/null
cat >Program.cs <<'CS'
using NCrontab;
var six = new CrontabSchedule.ParseOptions { IncludingSeconds = true };
Console.WriteLine($"61 seconds: {CrontabSchedule.TryParse("61 * * * * *", six)?.ToString() ?? "null"}");
try {
    Console.WriteLine(CrontabSchedule.TryParse("99999999999 * * * * *", six)?.ToString() ?? "null");
    return 1;
} catch (OverflowException error) {
    Console.WriteLine(error.GetType().Name);
    return 0;
}
CS
dotnet run
