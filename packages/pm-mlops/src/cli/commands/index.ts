import type { Command } from '../command.ts';
import { auth, init, secretsPut, upload } from './databricks.ts';
import { deploy, destroy } from './deploy.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { reportExplore } from './explore.ts';
import { features } from './features.ts';
import { ingest } from './ingest.ts';
import { jobsList, jobsRun, jobsShow, jobsValidate } from './jobs.ts';
import { jobsCancel, jobsRuns } from './jobs-remote.ts';
import { modelsDownload, modelsList, modelsRegister, modelsShow } from './models.ts';
import { modelsCopy } from './models-copy.ts';
import { modelsAt, modelsCompare, modelsRollback } from './models-lifecycle.ts';
import { promote } from './promote.ts';
import { reportEvaluation } from './report.ts';
import { runsReproduce } from './reproduce.ts';
import { runsList, runsShow } from './runs.ts';
import { score } from './score.ts';
import { simulate } from './simulate.ts';
import { tablesExport, tablesList, tablesShow } from './tables.ts';
import { trackingServe } from './tracking-serve.ts';
import { train } from './train.ts';
import { runsPull, runsPush } from './transfer.ts';
import { tune } from './tune.ts';

/** Every command of pm, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  simulate,
  ingest,
  features,
  train,
  tune,
  evaluate,
  promote,
  score,
  modelsList,
  modelsShow,
  modelsCompare,
  modelsAt,
  modelsRollback,
  modelsDownload,
  modelsRegister,
  modelsCopy,
  runsList,
  runsShow,
  runsReproduce,
  runsPush,
  runsPull,
  tablesList,
  tablesShow,
  tablesExport,
  jobsList,
  jobsShow,
  jobsValidate,
  jobsRun,
  jobsRuns,
  jobsCancel,
  auth,
  init,
  secretsPut,
  upload,
  deploy,
  destroy,
  reportEvaluation,
  reportExplore,
  trackingServe,
  doctor,
];
