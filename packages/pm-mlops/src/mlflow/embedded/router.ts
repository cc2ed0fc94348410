import { chartRoutes } from './chart-data.ts';
import type { Route } from './context.ts';
import { experimentTagRoutes } from './experiment-tags.ts';
import { experimentRoutes } from './experiments.ts';
import { loggedModelRoutes } from './logged-models.ts';
import { modelVersionTagRoutes } from './model-version-tags.ts';
import { modelVersionRoutes } from './model-versions.ts';
import { presignedUrlRoutes } from './presigned-urls.ts';
import { registeredModelRoutes } from './registered-models.ts';
import { runDataRoutes } from './run-data.ts';
import { runLinkRoutes } from './run-links.ts';
import { runModelRoutes } from './run-models.ts';
import { runTagRoutes } from './run-tags.ts';
import { runRoutes } from './runs.ts';
import { stageRoutes } from './stages.ts';

/** Every call that is answered from the database. */
export const routes: readonly Route[] = [
  ...experimentRoutes,
  ...experimentTagRoutes,
  ...runRoutes,
  ...runDataRoutes,
  ...runTagRoutes,
  ...runLinkRoutes,
  ...runModelRoutes,
  ...registeredModelRoutes,
  ...modelVersionRoutes,
  ...modelVersionTagRoutes,
  ...stageRoutes,
  ...loggedModelRoutes,
  ...chartRoutes,
  ...presignedUrlRoutes,
];

const fixed = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
const templates = routes
  .filter(({ path }) => path.includes('{'))
  .map((route) => ({ route, segments: route.path.split('/') }));

export interface Match {
  readonly route: Route;
  /** Values of the `{name}` segments, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The route of a path below /api/2.0/mlflow/. */
export function findRoute(method: string, path: string): Match | undefined {
  const route = fixed.get(`${method} ${path}`);
  if (route !== undefined) return { route, parameters: {} };
  const given = path.split('/');
  const found = templates.find(
    ({ route, segments }) =>
      route.method === method &&
      segments.length === given.length &&
      segments.every((segment, at) => segment.startsWith('{') || segment === given[at]),
  );
  if (found === undefined) return undefined;
  const named = found.segments.flatMap((segment, at) =>
    segment.startsWith('{') ? [[segment.slice(1, -1), decodeURIComponent(given[at]!)] as const] : [],
  );
  return { route: found.route, parameters: Object.fromEntries(named) };
}
