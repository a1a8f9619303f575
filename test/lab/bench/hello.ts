import { app } from '@azure/functions';

// The least app that there can be: what any other is compared with when it starts.

app.timer('hello', { schedule: '0 * * * * *', handler: async () => {} });
