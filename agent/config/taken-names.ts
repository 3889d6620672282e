/**
 * Names that mean something else: labels of our metrics and of Prometheus' own, fields of records, and what `--by` of
 * `report` takes besides.
 */
export const takenNames: ReadonlySet<string> = new Set([
  ...['le', 'quantile', 'job', 'instance', 'exemplar'],
  ...['name', 'target', 'library', 'outcome', 'model', 'type', 'kind', 'error', 'error_type'],
  ...[
    'duration_ms',
    'timestamp',
    'seen',
    'status',
    'exceeded',
    'sample_rate',
    'concurrent',
    'pid',
    'thread_id',
    'metadata',
    'stack_trace',
    'profile',
    'hot',
  ],
  ...[
    'trace_id',
    'span_id',
    'parent_id',
    'request_id',
    'calls',
    'self_ms',
    'timing',
    'test_id',
    'run_id',
    'usage',
    'labels',
    'other',
  ],
  ...['scope', 'collection', 'route', 'service', 'run', 'test'],
])
