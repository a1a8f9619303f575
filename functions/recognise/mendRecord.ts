/** As much as `record.ts` keeps. */
const longestText = 32_768;
const longestValue = 1_000_000;

const values: ReadonlySet<string> = new Set(['oldValue', 'newValue']);
const lists: ReadonlySet<string> = new Set([
  'targetResources',
  'modifiedProperties',
  'additionalDetails',
]);
/** The objects that text is cut in, by the keys that lead there from the row. */
const inner: ReadonlySet<string> = new Set([...lists, 'initiatedBy', 'user', 'app']);

type Fields = Readonly<Record<string, unknown>>;

/**
 * A row in the usual shape, where Graph's metadata allows another: lists without their null elements,
 * text cut that is longer than we keep, and the time in UTC with at most seven digits. What can't be
 * mended stays as it is. Pure. Source: the CSDL of Graph v1.0, "directoryAudit".
 */
export function mendRecord(row: unknown): unknown {
  if (!isObject(row)) return row;
  const { activityDateTime: time, activityDisplayName, id } = row;
  return {
    ...mended(row),
    // Cut, these would name another row.
    ...('id' in row && { id }),
    ...('activityDisplayName' in row && { activityDisplayName }),
    activityDateTime: typeof time === 'string' ? (auditTime(time) ?? time) : time,
  };
}

function mended(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      if (typeof value === 'string') return [key, cut(key, value)];
      if (lists.has(key) && Array.isArray(value)) {
        const kept = value.filter((one) => one != null);
        return [key, kept.map((one) => (isObject(one) ? mended(one) : one))];
      }
      return [key, inner.has(key) && isObject(value) ? mended(value) : value];
    }),
  );
}

const cut = (key: string, text: string) =>
  text.slice(0, values.has(key) ? longestValue : longestText);

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const timeShape =
  /^(2\d{3}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d))?(?:\.(\d{1,12}))?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * A time in UTC with at most seven digits of a second, as Graph writes it; undefined for none. An
 * Edm.DateTimeOffset may have an offset, twelve digits, or no seconds.
 */
function auditTime(given: string): string | undefined {
  const [, day, minute, second = '00', fraction = '', zone = ''] = timeShape.exec(given) ?? [];
  if (!day) return undefined;
  const wall = `${day}T${minute}:${second}`;
  const read = Date.parse(`${wall}Z`);
  if (Number.isNaN(read) || !new Date(read).toISOString().startsWith(wall)) return undefined;
  const moved = Date.parse(`${wall}${zone.toUpperCase()}`);
  if (Number.isNaN(moved)) return undefined;
  const digits = fraction.slice(0, 7);
  return `${new Date(moved).toISOString().slice(0, 19)}${digits && `.${digits}`}Z`;
}
