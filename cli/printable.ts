/** Names of the log and the directory are anybody's: none may steer the terminal. Lines stay lines. */
export const printable = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, ' ');

/** The same for a cell of a table, of which none may break the line or turn its direction either. */
export const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ');
