/** Requests that MLflow's own REST tests hold a server to, as method, path and body; RUN stands for a run's id. */
const refusedRequests: readonly (readonly [method: string, path: string, body?: object | string])[] = [
  ['POST', '/api/2.0/mlflow/experiments/create', { name: 123 }],
  ['POST', '/api/2.0/mlflow/experiments/create', {}],
  ['POST', '/api/2.0/mlflow/experiments/create', { name: 'n', artifact_location: 9.5 }],
  ['POST', '/api/2.0/mlflow/experiments/create', '{"name":"n","artifact_location":9.0}'],
  ['POST', '/api/2.0/mlflow/experiments/create', { name: 'n', tags: '5' }],
  ['POST', '/api/2.0/mlflow/runs/log-metric', { run_id: 31, key: 'm', value: 41, timestamp: 59 }],
  ['POST', '/api/2.0/mlflow/runs/log-metric', { run_id: 'RUN', key: 31, value: 41, timestamp: 59 }],
  [
    'POST',
    '/api/2.0/mlflow/runs/log-metric',
    { run_id: 'RUN', key: 'm', value: 1, timestamp: 59, step: 'foo' },
  ],
  ['POST', '/api/2.0/mlflow/runs/log-metric', { run_id: 'RUN', key: 'm', value: 1, timestamp: 'foo' }],
  ['POST', '/api/2.0/mlflow/runs/log-metric', { run_id: null, key: 'm', value: 1, timestamp: 59 }],
  ['POST', '/api/2.0/mlflow/runs/log-metric', { run_id: 'RUN', value: 1, timestamp: 59 }],
  ['POST', '/api/2.0/mlflow/runs/log-metric', { run_id: 'RUN', key: null, value: 1, timestamp: 59 }],
  ['POST', '/api/2.0/mlflow/runs/log-parameter', { run_id: 31, key: 'p', value: 41 }],
  ['POST', '/api/2.0/mlflow/runs/log-parameter', { run_id: 'RUN', key: 31, value: 41 }],
  ['POST', '/api/2.0/mlflow/runs/set-tag', { run_id: 'RUN', key: 't', value: 41 }],
  ['POST', '/api/2.0/mlflow/runs/set-tag', { run_id: 'RUN', value: 'v' }],
  ['POST', '/api/2.0/mlflow/runs/log-batch', { run_id: 'RUN', metrics: 'foo' }],
  ['POST', '/api/2.0/mlflow/runs/log-batch', { run_id: 'RUN', params: 'foo' }],
  ['POST', '/api/2.0/mlflow/runs/log-batch', { run_id: 'RUN', tags: 'foo' }],
  ['POST', '/api/2.0/mlflow/runs/log-batch', { run_id: 'RUN', metrics: [{ key: 'mae', value: 2.5 }] }],
  ['POST', '/api/2.0/mlflow/runs/log-inputs', { datasets: [] }],
  ['POST', '/api/2.0/mlflow/runs/log-inputs', { run_id: 'RUN' }],
  ['POST', '/api/2.0/mlflow/runs/search', { experiment_ids: ['0'], max_results: 123456789 }],
  ...[
    '/tmp',
    'file:///tmp',
    'mlflow-artifacts://host:9000/models/../../../',
    'mlflow-artifacts://host:9000/models/..%2f..%2fartifacts',
    'mlflow-artifacts://host:9000/models/artifact%00',
    'http://host:9000/models/../../../',
    's3a://bucket/artifacts/../../../',
    'ftp://host:8888/artifacts/../../../',
  ].map(
    (source) =>
      ['POST', '/api/2.0/mlflow/model-versions/create', { name: 'model', source, run_id: 'RUN' }] as const,
  ),
  ['GET', '/api/2.0/mlflow/artifacts/list?run_id=RUN&path=../path'],
  ['GET', '/get-artifact?run_id=RUN&path=../path'],
  ['GET', '/get-artifact?run_uuid=RUN&path=missing.txt'],
  ['GET', '/model-versions/get-artifact?name=model&version=1&path=../path'],
  ['GET', '/model-versions/get-artifact?name=model&version=1&path=x'],
  ['GET', '/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=key'],
  ['GET', `/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=key${'&run_id=id'.repeat(101)}`],
  ['GET', '/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=123'],
  ['GET', '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?metric_key=key'],
  [
    'GET',
    `/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?metric_key=key${'&run_ids=id'.repeat(101)}`,
  ],
  ['GET', '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=123&metric_key=key&max_results=0'],
  ['GET', '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=123&metric_key='],
  ['GET', '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=123&max_results=5'],
  [
    'GET',
    '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=123&metric_key=k&start_step=1&end_step=0',
  ],
  ['GET', '/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=123&metric_key=k&start_step=1'],
  ['POST', '/ajax-api/2.0/mlflow/experiments/search-datasets', {}],
  ['POST', '/ajax-api/2.0/mlflow/experiments/search-datasets', { experiment_ids: [] }],
  ['POST', '/ajax-api/2.0/mlflow/experiments/search-datasets', { experiment_ids: Array(21).fill('1') }],
  ['POST', '/ajax-api/2.0/mlflow/upload-artifact'],
  ['POST', '/ajax-api/2.0/mlflow/upload-artifact?run_uuid=RUN'],
  ['POST', '/ajax-api/2.0/mlflow/upload-artifact?run_uuid=RUN&path='],
  ['POST', '/ajax-api/2.0/mlflow/upload-artifact?run_uuid=RUN&path=../test.txt'],
  ['POST', '/ajax-api/2.0/mlflow/upload-artifact?run_uuid=RUN&path=test.txt'],
];

/** The refusals of a server, in that order: status, error_code and message, without the hints that follow what is wrong. */
export async function refusalsOf(baseUrl: string): Promise<object[]> {
  const send = async (method: string, path: string, body?: object | string) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const init = body && { body: text, headers: { 'content-type': 'application/json' } };
    return fetch(baseUrl + path, { method, ...init });
  };
  const created = await send('POST', '/api/2.0/mlflow/runs/create', { experiment_id: '0' });
  const { run_id } = ((await created.json()) as { run: { info: { run_id: string } } }).run.info;
  await send('POST', '/api/2.0/mlflow/registered-models/create', { name: 'model' });
  return Promise.all(
    refusedRequests.map(async ([method, path, body]) => {
      const sent = typeof body === 'string' ? body : JSON.stringify(body);
      const filled = sent?.replace('RUN', run_id);
      const response = await send(method, path.replace('RUN', run_id), filled);
      const text = (await response.text()).replaceAll(run_id, 'RUN');
      const { error_code, message } = asObject(text);
      return {
        request: `${method} ${path.slice(0, 90)}`,
        status: response.status,
        error_code,
        message: (message ?? text).replace(hints, ''),
      };
    }),
  );
}

const hints =
  / supplied.*| See the API docs.*|(?<=a source as an http, https,).*|(?<=path as a model version).*|(?<=' scheme:).*/s;

function asObject(text: string): { error_code?: string; message?: string } {
  try {
    return JSON.parse(text) as { error_code?: string; message?: string };
  } catch {
    return {};
  }
}
