// How often something runs, and for how long an alert has to look until it is missed.

var sixty = map(range(1, 60), number => string(number))

@description('The most minutes between two values of the field of minutes; an hour for whatever is not understood here.')
func gap(field string) int =>
  field == '*' ? 1 : startsWith(field, '*/') && contains(sixty, substring(field, 2)) ? int(substring(field, 2)) : 60

// Of five fields the minutes are the first: the host, and so the app, takes a schedule without seconds too.
@description('The field of minutes among the fields of an NCRONTAB schedule.')
func minutesIn(fields string[]) string =>
  length(fields) < 5
    ? fail('POLL_SCHEDULE and SWEEP_SCHEDULE take six fields of NCRONTAB, such as "0 */10 * * * *": "${join(fields, ' ')}" has too few')
    : fields[length(fields) - 5]

@export()
@description('The most minutes between two runs of an NCRONTAB schedule, which the app takes only if it comes in each hour.')
func minutesBetween(schedule string) int => gap(minutesIn(filter(split(schedule, ' '), field => !empty(field))))

// The lengths that Azure Monitor allows. Source: its docs, "Log search alert rules", aggregation granularity.
var lengths = [
  { minutes: 15, duration: 'PT15M', frequency: 'PT5M', words: '15 minutes' }
  { minutes: 30, duration: 'PT30M', frequency: 'PT15M', words: 'half an hour' }
  { minutes: 45, duration: 'PT45M', frequency: 'PT15M', words: '45 minutes' }
  { minutes: 60, duration: 'PT1H', frequency: 'PT15M', words: 'an hour' }
  { minutes: 120, duration: 'PT2H', frequency: 'PT30M', words: 'two hours' }
  { minutes: 180, duration: 'PT3H', frequency: 'PT1H', words: 'three hours' }
  { minutes: 240, duration: 'PT4H', frequency: 'PT1H', words: 'four hours' }
  { minutes: 300, duration: 'PT5H', frequency: 'PT1H', words: 'five hours' }
]

@export()
@description('The shortest time that an alert may look at, and that holds so many minutes: up to five hours.')
func window(minutes int) { minutes: int, duration: string, frequency: string, words: string } =>
  first(filter(lengths, length => length.minutes >= minutes))!
