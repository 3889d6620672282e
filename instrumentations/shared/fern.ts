/** What the clients that Fern makes have in common. */
export const client = {
  // The client's promise reads its body before it is asked, in these. What it keeps of that it gives through them alone.
  ends: { kind: 'thenable', methods: ['unwrap', 'withRawResponse'] } as const,
  metadata: { model: 'args.0.model', provider: 'provider(this._options.baseUrl ?? this._options.environment)' },
}
