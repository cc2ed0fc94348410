import fc from 'fast-check';

export interface SearchRequest {
  readonly filter: string;
  readonly order_by: readonly string[];
}

const numbers = fc.tuple(
  fc.constantFrom(
    'metrics.f1',
    'metric."a b"',
    'metrics.`a b`',
    'start_time',
    'attributes.end_time',
    'created',
  ),
  fc.constantFrom('=', '!=', '>', '>=', '<', '<='),
  fc.constantFrom('0.5', '1', '-3', '1e-1', '2005', '5', '0', '.2'),
);
const texts = fc.tuple(
  fc.constantFrom(
    'params.depth',
    'tags.owner',
    'tag.x.y',
    'run_name',
    'status',
    'user_id',
    'attribute.`Run name`',
    'dataset.name',
    'datasets.context',
  ),
  fc.constantFrom('=', '!=', 'LIKE', 'ILIKE'),
  fc.constantFrom(
    "'ada'",
    "'A%'",
    "'a%b_c'",
    "''",
    "'FINISHED'",
    "'run 1'",
    "'R%'",
    "'%'",
    "'1_'",
    '"5"',
    "'d1'",
    "'train%'",
    '"EVAL"',
  ),
);
const lacking = fc.tuple(
  fc.constantFrom('params.depth', 'tags.owner', 'tags.nope'),
  fc.constantFrom('IS NULL', 'IS NOT NULL'),
);
const lists = fc.tuple(
  fc.constantFrom('dataset.name', 'dataset.context'),
  fc.constantFrom('IN', 'NOT IN'),
  fc.constantFrom("('d1', 'both')", "('training')"),
);
/** Mixed at random: nearly all are refused. */
const wild = fc.tuple(
  fc.constantFrom('metrics.f1', 'params.depth', 'status', 'nope', 'foo.bar', 'dataset.nope', 'run_id'),
  fc.constantFrom('=', '>', 'LIKE', 'IN', 'IS NULL', '==', '<>', '~', 'NOT LIKE'),
  fc.constantFrom("'ada'", '1', '()', "('a'", 'ada', '+1', '1.5.2', "'unclosed", "('a')"),
);
const clause = fc
  .oneof({ weight: 4, arbitrary: texts }, { weight: 4, arbitrary: numbers }, lacking, lists, wild)
  .map((words) => words.join(' '));
const ordering = fc
  .tuple(
    fc.constantFrom(
      'metrics.f1',
      'metrics.`a b`',
      'params.depth',
      'tags.owner',
      'status',
      'attributes.start_time',
      'end_time',
      'run_name',
      'user_id',
    ),
    fc.constantFrom('', ' ASC', ' desc'),
  )
  .map((words) => words.join(''));

/** Requests of runs/search for the runs of `plantRuns`. */
export const searchRequest: fc.Arbitrary<SearchRequest> = fc.record({
  filter: fc.array(clause, { minLength: 1, maxLength: 3 }).map((clauses) => clauses.join(' AND ')),
  order_by: fc.uniqueArray(ordering, { maxLength: 3, selector: (text) => text.split(' ')[0] }),
});

const count = 12;

/** Plants runs in a new experiment; a function that searches them: their numbers in the order found, or the status of a refusal. */
export async function plantRuns(
  url: string,
): Promise<(request: SearchRequest) => Promise<number[] | number>> {
  const post = async <Answer>(path: string, body: object): Promise<Answer> => {
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    };
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, init);
    return (response.ok ? await response.json() : response.status) as Answer;
  };
  const { experiment_id } = await post<{ experiment_id: string }>('experiments/create', {
    name: 'planted runs',
  });
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const tags = [
      { key: 'owner', value: ['ada', 'Grace', "o'x", 'a%b_c', ''][n % 5] },
      { key: 'x.y', value: `${n}` },
    ];
    const { run } = await post<{ run: { info: { run_id: string } } }>('runs/create', {
      experiment_id,
      run_name: `run ${n % 5}`,
      start_time: 1000 * (n % 4) + n,
      user_id: n % 2 ? 'ada' : 'Ada',
      tags: n % 3 ? tags : [],
    });
    const { run_id } = run.info;
    ids.push(run_id);
    const f1 = { key: 'f1', value: n % 7 ? n / 10 : 'NaN', timestamp: 1, step: 0 };
    const metrics = [...(n % 4 ? [f1] : []), { key: 'a b', value: -n, timestamp: 1, step: 0 }];
    const params = n % 2 ? [{ key: 'depth', value: `${n}` }] : [];
    await post('runs/log-batch', { run_id, metrics, params });
    if (n % 3 === 1) await post('runs/update', { run_id, status: 'FINISHED', end_time: 5000 + n });
    const source = { source_type: 'local', source: 'x' };
    const context = [{ key: 'mlflow.data.context', value: n % 8 === 1 ? 'training' : 'Eval' }];
    const datasets = [
      { tags: context, dataset: { ...source, name: `d${n % 3}`, digest: 'x' } },
      { dataset: { ...source, name: 'both', digest: `y${n}` } },
    ];
    if (n % 4 === 1) await post('runs/log-inputs', { run_id, datasets });
  }
  return async (request) => {
    type Found = number | { runs?: { info: { run_id: string } }[] };
    const found = await post<Found>('runs/search', { experiment_ids: [experiment_id], ...request });
    return typeof found === 'number' ? found : (found.runs ?? []).map(({ info }) => ids.indexOf(info.run_id));
  };
}
