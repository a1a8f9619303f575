#!/bin/sh
# NCrontab 3.4.0 (NuGet; 3.3.3 is alike), which reads the schedules of Azure Functions' timers. Needs the .NET SDK.
# Expected: "22-6" means from 22 over midnight to 6, or is refused.
# Seen: the ends of a range are swapped without a word: it runs from 6 to 22, by day instead of by night.
# "FRI-MON" is Monday to Friday in the same way.
set -eu
command -v dotnet >/dev/null || { echo "skipped: there is no dotnet"; exit 0; }
cd "$(mktemp -d)"
dotnet new console --output . --name see >/dev/null
dotnet add package NCrontab --version 3.4.0 >/dev/null
cat >Program.cs <<'CS'
using NCrontab;
var six = new CrontabSchedule.ParseOptions { IncludingSeconds = true };
var hours = CrontabSchedule.Parse("0 0 22-6 * * *", six)
    .GetNextOccurrences(new DateTime(2026, 11, 23), new DateTime(2026, 11, 24)).Select(at => at.Hour);
var days = CrontabSchedule.Parse("0 0 9 * * FRI-MON", six)
    .GetNextOccurrences(new DateTime(2026, 11, 23), new DateTime(2026, 11, 30)).Select(at => at.DayOfWeek);
var seen = $"{string.Join(",", hours)} | {string.Join(",", days)}";
Console.WriteLine(seen);
return seen == "6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22 | Monday,Tuesday,Wednesday,Thursday,Friday" ? 0 : 1;
CS
dotnet run
