/**
 * Redistill as a library: what the commands do, as typed functions. Every function takes its
 * options and, second, the effects that it may use; those of this process stand in for what is not
 * given. Nothing is printed. Errors are `RedistillError`s with a stable `code`, a sentence and a
 * `hint`.
 *
 * @example
 * ```ts
 * import { ingest, report, run } from 'redistill';
 *
 * const workspace = '/tmp/redistill';
 * await run({ suite: 'default@smoke', workspace, report: false });
 * await ingest({ workspace });
 * const { index } = await report({ workspace });
 * console.log(index);
 * ```
 *
 * @module
 */
export { DataError, InfrastructureError, RedistillError, UsageError } from '../common/errors.ts';
export { type Accepted, type AcceptOptions, accept } from './accept.ts';
export {
  type BenchEffects,
  type BenchOptions,
  type BenchResult,
  bench,
} from './bench.ts';
export { type BaselineCheck, type CheckOptions, type CheckResult, check } from './check.ts';
export {
  type CategoryFigures,
  type CocoEvalOptions,
  type CocoFigures,
  cocoEval,
} from './coco-eval.ts';
export { type CompareOptions, compare } from './compare.ts';
export { coverage } from './coverage.ts';
export {
  type BackboneStatus,
  type DataCheck,
  type DataFolderOption,
  type DatasetStatus,
  type FetchEffects,
  type FetchedData,
  fetchData,
  listBackbones,
  listData,
  listTeachers,
  type NamedDataOptions,
  type ReleasedTeacherStatus,
  type ReleaseStatus,
  verifyData,
} from './data.ts';
export { type DecideOptions, decide } from './decide.ts';
export { type DoctorOptions, type DoctorResult, doctor } from './doctor.ts';
export type { Clock, Effects, EnvironmentVariables, WorkspaceOption } from './effects.ts';
export { type ExportOptions, type ExportResult, exportTables } from './export.ts';
export {
  type GpuCheckEffects,
  type GpuCheckOptions,
  type GpuCheckResult,
  gpuCheck,
} from './gpu-check.ts';
export {
  type ImportBackboneOptions,
  type ImportCheckpointOptions,
  type ImportLogsOptions,
  importBackbone,
  importCheckpoint,
  importLogs,
  type OfficialRuns,
  officialRuns,
} from './import.ts';
export { type IngestOptions, ingest } from './ingest.ts';
export { type JobsOptions, type JobsResult, jobs, type SuiteJob } from './jobs.ts';
export { type LintOptions, type LintResult, lintPublished } from './lint-published.ts';
export type { Description, Facts, Listed } from './list/types.ts';
export {
  type DescribeOptions,
  describe,
  type ListOptions,
  type ListResult,
  list,
  listKinds,
} from './list.ts';
export { create, type NewKind, type NewOptions, type NewResult } from './new.ts';
export { dryNight, type NightlyOptions, type NightResult, nightly } from './nightly.ts';
export type { OwnOptions } from './own/use.ts';
export { type PlanOptions, type PlanResult, plan } from './plan.ts';
export { type Prunable, type PruneOptions, type PruneResult, prune } from './prune.ts';
export { type QueryOptions, type QueryResult, type QueryValue, query } from './query.ts';
export {
  type ReplayConditions,
  type ReplayEffects,
  type ReplayOptions,
  type ReplayResult,
  replay,
} from './replay.ts';
export {
  type ReportOptions,
  report,
  reportText,
  type TextFormat,
  type TextReport,
  type TextReportOptions,
} from './report.ts';
export type { DryRun } from './run/dry.ts';
export type { EndedSuite, MeasuredSuite } from './run/measured-suite.ts';
export type { ProgressDisplay, RunEffects, RunObserver } from './run/observer.ts';
export type { WouldDo } from './run/would-do.ts';
export { dryRun, type RunOptions, type RunResult, run } from './run.ts';
export { dryRunAll, type RunAllOptions, type RunAllResult, runAll } from './run-all.ts';
export { type SetupOptions, setup } from './setup.ts';
export { type StatusOptions, type StatusResult, status } from './status.ts';
export { type VerifyEffects, type VerifyOptions, type VerifyResult, verify } from './verify.ts';
export { type Look, type WatchOptions, watch } from './watch.ts';
