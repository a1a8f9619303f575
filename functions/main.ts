// All functions of the app. The worker loads every file that package.json's `main` names.
import './pollAuditLog.ts';
import './receiveAuditEvents.ts';
import './sendNotification.ts';
import './settlePoison.ts';
import './sweepLedger.ts';
