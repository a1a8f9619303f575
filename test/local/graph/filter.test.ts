import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FilterSchema, meets } from '../../../local/graph/odata/condition.ts';
import { parseFilter } from '../../../local/graph/odata/parse.ts';

const text = { type: 'string', operators: ['eq', 'startswith'] } as const;
const schema: FilterSchema = {
  id: { type: 'string', operators: ['eq'] },
  name: text,
  time: { type: 'time', operators: ['eq', 'ge', 'le'] },
  'by/user/id': text,
  targets: { type: 'collection', items: { id: text } },
};

const row = {
  id: 'Directory_1',
  name: "Add O'Hara, (new)",
  time: '2026-11-24T10:00:00.1234567Z',
  by: { user: { id: 'u1' }, app: null },
  targets: [{ id: null }, { id: 't2' }],
  category: 'UserManagement',
};

function holds(filter: string): boolean {
  return meets(row, parseFilter(filter, schema));
}

describe('a filter', () => {
  it.each([
    ["id eq 'Directory_1'", true],
    ["id eq 'directory_1'", false],
    ["name eq 'Add O''Hara, (new)'", true],
    ["startswith(name,'Add O''')", true],
    ["startswith( name , 'add' )", false],
    ["by/user/id eq 'u1'", true],
    ["targets/any(t: t/id eq 't2')", true],
    ["targets/any(x:x/id eq 't3' or startswith(x/id,'t'))", true],
    ["targets/any(t: t/id eq 't3')", false],
    ['time ge 2026-11-24T10:00:00.1234567Z', true],
    ['time ge 2026-11-24T10:00:00.1234568Z', false],
    ['time le 2026-11-24T10:00:00.1234566Z', false],
    ['time le 2026-11-24T10:00:00.2Z', true],
    ['time ge 2026-11-24T10:00:00Z and time le 2026-11-24T10:00:01Z', true],
    ["id eq\t'Directory_1'", true],
    ["id eq 'no' or id eq 'Directory_1' and name eq 'no'", false],
    ["(id eq 'no' or id eq 'Directory_1') and startswith(name,'Add')", true],
  ])('%s is %s', (filter, expected) => {
    expect(holds(filter)).toBe(expected);
  });

  it.each([
    ["id eq'Directory_1'", /space is missing/],
    ["id eq 'a'or id eq 'b'", /space is missing/],
    ["id eq\u00a0'Directory_1'", /not valid at position 5/],
    ["id\neq 'Directory_1'", /not valid at position 2/],
    ['time ge 0000-01-01T00:00:00Z', /Unrecognized literal/],
  ])('%j is refused, as Graph refuses it', (filter, says) => {
    expect(() => holds(filter)).toThrow(says);
  });

  it('binds and tighter than or', () => {
    expect(holds("id eq 'Directory_1' or id eq 'no' and id eq 'no'")).toBe(true);
  });

  it('finds any text whose quotes are doubled', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const filter = `name eq '${name.replaceAll("'", "''")}'`;
        expect(meets({ name }, parseFilter(filter, schema))).toBe(true);
      }),
    );
  });

  it('never holds for a value of another type', () => {
    const odd = { ...row, id: 7, time: 20261124, targets: 'none' };
    for (const filter of [
      "id eq '7'",
      'time ge 2000-01-01T00:00:00Z',
      "targets/any(t: t/id eq '')",
    ]) {
      expect(meets(odd, parseFilter(filter, schema))).toBe(false);
    }
  });

  it.each([
    ["category eq 'UserManagement'", /'category' is unknown or does not support filtering/],
    ["constructor eq 'x'", /'constructor' is unknown/],
    ["id ne 'x'", /operator 'ne' is not supported/],
    ['time gt 2026-11-24T10:00:00Z', /operator 'gt' is not supported/],
    ['time lt 2026-11-24T10:00:00Z', /operator 'lt' is not supported/],
    ["id ge 'x'", /operator 'ge' is not supported for property 'id'/],
    ["startswith(id,'x')", /operator 'startswith' is not supported for property 'id'/],
    ["contains(name,'x')", /function 'contains' is not supported/],
    ["name in ('x','y')", /operator 'in' is not supported/],
    ["not id eq 'x'", /operator 'not' is not supported/],
    ["id EQ 'x'", /Unknown operator 'EQ'/],
    ['id eq x', /expected a quoted string/],
    ['id eq 4c1d-9b6e', /Unrecognized literal/],
    ["id eq 'O'Hara", /space is missing at position 9/],
    ["id eq 'O'Hara'", /space is missing at position 9/],
    ["id eq 'x", /unterminated string/],
    ["time ge '2026-11-24T10:00:00Z'", /expected an unquoted UTC time/],
    ['time ge 2026-11-24T10:00:00', /Unrecognized literal/],
    ['time ge 2026-11-24T10:00:00+01:00', /Unrecognized literal/],
    ['time ge 2026-11-24T10:00:00.12345678Z', /Unrecognized literal/],
    ['time ge 2026-02-30T10:00:00Z', /Unrecognized literal/],
    ["(id eq 'x'", /expected \)/],
    ["id eq 'x' and", /expected a word/],
    ["id eq 'x' id eq 'y'", /expected the end/],
    ["targets/any(t: id eq 'x')", /range variable 't' is expected/],
    ["targets/all(t: t/id eq 'x')", /expected a word/],
    ["name/any(t: t/id eq 'x')", /not a collection/],
    ["targets eq 'x'", /operator 'eq' is not supported/],
    ['id eq "x"', /character '"' is not valid/],
    ['', /expected a word/],
    [`${'('.repeat(60)}id eq 'x'${')'.repeat(60)}`, /nested too deeply/],
  ])('is refused: %s', (filter, cause) => {
    expect(() => parseFilter(filter, schema)).toThrow(cause);
  });
});
