import { refuse } from './refuse.ts';
import type { Routes } from './state.ts';
import { type Fields, pageOf, textOf } from './wire.ts';

/** Clusters 2.1. Names are not unique; a cluster that was asked for is running the next time it is looked at. */
export const clusterRoutes: Routes = (app, state) => {
  const clusterIn = (fields: Fields) => {
    const id = textOf(fields, 'cluster_id');
    return state.clusters.get(id) ?? refuse(400, 'INVALID_PARAMETER_VALUE', `Cluster ${id} does not exist.`);
  };
  app.post('/api/2.1/clusters/create', async (request) => {
    const cluster_id = `0${`${state.nextId()}`.slice(-3)}-120000-fake${state.clusters.all().length}`;
    const settings = request.body as Fields;
    state.clusters.put(cluster_id, { ...settings, cluster_id, cluster_source: 'API', state: 'PENDING' });
    return { cluster_id };
  });
  app.get('/api/2.1/clusters/get', async (request) => {
    const cluster = clusterIn(request.query as Fields);
    const answer = { ...cluster };
    if (cluster.state === 'PENDING') Object.assign(cluster, { state: 'RUNNING' });
    return answer;
  });
  app.get('/api/2.1/clusters/list', async (request) => {
    const { items, next } = pageOf(state.clusters.listed(), request.query as Fields, state.options.pageSize);
    return { ...(items.length > 0 && { clusters: items }), ...next };
  });
  app.post('/api/2.1/clusters/start', async (request) => {
    Object.assign(clusterIn(request.body as Fields), { state: 'PENDING' });
    return '';
  });
  app.post('/api/2.1/clusters/delete', async (request) => {
    Object.assign(clusterIn(request.body as Fields), { state: 'TERMINATED' });
    return '';
  });
  app.post('/api/2.1/clusters/permanent-delete', async (request) => {
    state.clusters.remove(`${clusterIn(request.body as Fields).cluster_id}`);
    return '';
  });
  app.get('/api/2.1/clusters/list-node-types', async () => ({
    node_types: [{ node_type_id: 'Standard_DS3_v2', memory_mb: 14_336, num_cores: 4, is_deprecated: false }],
  }));
  app.get('/api/2.1/clusters/spark-versions', async () => ({
    versions: [{ key: '16.4.x-scala2.12', name: '16.4 LTS (includes Apache Spark 3.5.2, Scala 2.12)' }],
  }));
};
