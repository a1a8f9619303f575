// All functions of the app, and what is done before the first of them. The worker loads every file that
// package.json's `main` names.
import './appStart.ts';
import './checkCoverage.ts';
import './pollAuditLog.ts';
import './receiveAuditEvents.ts';
import './sendNotification.ts';
import './settlePoison.ts';
import './sweepLedger.ts';
