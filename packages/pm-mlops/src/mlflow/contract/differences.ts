/** What answers MLflow's REST API in the suite. */
export const BACKENDS = {
  'mlflow-3.17': 'MLflow 3.17',
  'mlflow-3.17-basic-auth': 'MLflow 3.17, basic-auth',
  'mlflow-2.22': 'MLflow 2.22',
  embedded: 'Embedded store',
} as const;
export type BackendId = keyof typeof BACKENDS;

type Observed = string | number;

export interface Difference {
  /** What the suite asks. */
  readonly question: string;
  /** What it observes, unless the backend is excepted. */
  readonly usual: Observed;
  readonly except: Readonly<Partial<Record<BackendId, Observed>>>;
  readonly reason: string;
}

const older = (observed: Observed) => ({ 'mlflow-2.22': observed });
const stricter = (observed: Observed) => ({ embedded: observed });

/** Everything in which the backends differ. The suite's tests take what they expect from here, on each backend. */
export const DIFFERENCES = {
  majorVersion: {
    question: 'Major version, as `/version` says',
    usual: '3',
    except: older('2'),
    reason: 'The embedded store answers as the version whose contract it keeps.',
  },
  anonymous: {
    question: 'Status of a call without credentials',
    usual: 200,
    except: { 'mlflow-3.17-basic-auth': 401 },
    reason: 'basic-auth asks for a user and password.',
  },
  loggedModels: {
    question: 'Logged models, run outputs and metrics of models',
    usual: 'yes',
    except: older('no'),
    reason: 'They came with MLflow 3. Before, a model lies among the artifacts of its run.',
  },
  deleteExperimentTag: {
    question: 'Status of `experiments/delete-experiment-tag`',
    usual: 200,
    except: older(404),
    reason: 'It came with MLflow 3.',
  },
  historyPages: {
    question: '`max_results` splits a metric history into pages',
    usual: 'yes',
    except: older('no'),
    reason: 'MLflow 2 ignores it in SQL stores and answers the whole history.',
  },
  slashInModelName: {
    question: 'Status of registering a model named `a/b` or `a:b`',
    usual: 400,
    except: older(200),
    reason: 'MLflow 3 forbids what a model URI cannot hold.',
  },
  copiedRun: {
    question: 'A version copied from `models:/NAME/1` keeps the run it came from',
    usual: 'yes',
    except: older('no'),
    reason: 'MLflow 2 leaves it empty.',
  },
  sourceElsewhere: {
    question: 'Status of a version whose source is a web address',
    usual: 400,
    except: older(200),
    reason: 'MLflow 3 refuses it unless the server allows such sources.',
  },
  sourceOfOtherRun: {
    question: 'Status of a version whose proxied source does not lie in the run it names',
    usual: 400,
    except: older(200),
    reason: 'MLflow 2 checks local sources only.',
  },
  aliasOfDeleted: {
    question: 'Status of asking for an alias whose version was deleted',
    usual: 400,
    except: older(404),
    reason: 'MLflow 2 keeps the alias, which then points at nothing.',
  },
  bareNaN: {
    question: 'Status of a metric whose value is a bare `NaN`',
    usual: 200,
    except: stricter(400),
    reason: 'MLflow stores the value 0 at the time 0 without a word; the embedded store takes JSON only.',
  },
  fractionalStep: {
    question: 'Status of a metric at step 1.5',
    usual: 200,
    except: stricter(400),
    reason: 'MLflow stores step 0 without a word.',
  },
  unknownStatus: {
    question: 'Status of setting a run to an unknown status',
    usual: 200,
    except: stricter(400),
    reason: 'MLflow ignores it without a word.',
  },
  experimentTagValue: {
    question: 'Longest value of an experiment tag, in characters',
    usual: 20_000,
    except: older(5000),
    reason: 'MLflow 3 raised it.',
  },
  registryTagValue: {
    question: 'Longest value of a tag of a registered model or version, in characters',
    usual: 100_000,
    except: older(5000),
    reason: 'MLflow 3 raised it.',
  },
  wideArtifactName: {
    question: 'A file named in letters beyond Latin-1 can be read again',
    usual: 'yes',
    except: older('no'),
    reason: 'MLflow 2 stores it, and breaks the connection when it is to write the name into a header.',
  },
  absoluteArtifactPath: {
    question: 'Upload to an artifact path that starts with an encoded `/`',
    usual: 'refused',
    except: older('kept inside the artifacts'),
    reason: 'MLflow 2 drops the second slash.',
  },
} as const satisfies Record<string, Difference>;
export type DifferenceId = keyof typeof DIFFERENCES;

/** What the suite expects of one backend. */
export interface Expectations {
  readonly backend: BackendId;
  expected(id: DifferenceId): Observed;
  /** The differences that no test has asked for: they stand in the table unobserved. */
  unasked(): DifferenceId[];
}

export function expectationsOf(backend: BackendId): Expectations {
  const asked = new Set<DifferenceId>();
  return {
    backend,
    expected: (id) => {
      asked.add(id);
      return observedBy(backend, id);
    },
    unasked: () => (Object.keys(DIFFERENCES) as DifferenceId[]).filter((id) => !asked.has(id)),
  };
}

/** What one backend does. */
export function observedBy(backend: BackendId, id: DifferenceId): Observed {
  const { usual, except }: Difference = DIFFERENCES[id];
  return except[backend] ?? usual;
}
