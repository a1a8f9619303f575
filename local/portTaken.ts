/** What went wrong with listening at a port, for whoever chose it: `fix` is said where it is taken. */
export const portTaken = (error: NodeJS.ErrnoException, port: number, fix: string): Error =>
  error.code === 'EADDRINUSE'
    ? new Error(`Port ${port} is taken. ${fix}`, { cause: error })
    : error;
