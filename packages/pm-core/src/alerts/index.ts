export {
  type Alert,
  type AlertEpisode,
  alertEpisodes,
  hitRuns,
  QUIET_HOURS,
  type Repair,
} from './alert-episodes.ts';
export {
  type ChangeCounts,
  changedShare,
  compareEpisodes,
  countChanges,
  type EpisodeChange,
} from './compare-episodes.ts';
