import { ofType } from './deployed.ts';
import { type Row, run } from './kusto.ts';

/** An alert of the template, as Azure Monitor evaluates it. */
interface AlertRule {
  readonly name: string;
  /** How often it is evaluated, and of how long a time, in minutes. */
  readonly everyMinutes: number;
  readonly windowMinutes: number;
  /** Whether it fires then, on the log's lines of its window. */
  readonly fires: (rows: readonly Row[], at: Date) => boolean;
}

export const alertRules: readonly AlertRule[] = ofType(
  'main',
  'Microsoft.Insights/scheduledQueryRules',
).map(({ name, properties }) => {
  const { windowSize, evaluationFrequency, criteria } = properties;
  const [{ query, operator, threshold }] = criteria.allOf;
  return {
    name: name.replace(/-secinfo-.*$/, ''),
    everyMinutes: minutesOf(evaluationFrequency),
    windowMinutes: minutesOf(windowSize),
    fires(rows, at) {
      const since = at.getTime() - minutesOf(windowSize) * 60_000;
      const inWindow = rows.filter(
        ({ TimeGenerated: time }) => Number(time) > since && Number(time) <= at.getTime(),
      );
      const found = run(query, inWindow, at);
      return operator === 'LessThan' ? found.length < threshold : found.length > threshold;
    },
  };
});

/** Of an ISO 8601 duration of one unit. */
function minutesOf(duration: string): number {
  const [, count = '', unit = ''] = /^PT?(\d+)([DHM])$/.exec(duration) ?? [];
  return Number(count) * ({ D: 1440, H: 60 }[unit] ?? 1);
}
